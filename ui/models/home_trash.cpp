// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/home_trash.h"

#include "ui/models/text.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtCore/QUrl>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

constexpr int kMostNames = 10'000;

#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
QString homeTrash()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/Trash");
}

/// "epoch_9.pth", "epoch_9.2.pth", ...: the note is made first and only where there is none, so the name is ours.
std::optional<QString> takeName(const QString &trash, const QFileInfo &file)
{
    for (int i = 1; i < kMostNames; ++i) {
        const QString suffix = file.suffix().isEmpty() ? QString() : QLatin1Char('.') + file.suffix();
        const QString name = i == 1 ? file.fileName() : file.completeBaseName() + QStringLiteral(".%1").arg(i) + suffix;
        QFile note(trash + QStringLiteral("/info/") + name + QStringLiteral(".trashinfo"));
        if (note.open(QIODevice::WriteOnly | QIODevice::NewOnly)) {
            note.write("[Trash Info]\nPath=" + QUrl::toPercentEncoding(file.absoluteFilePath(), "/") + "\nDeletionDate="
                       + QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-ddThh:mm:ss")).toLatin1()
                       + '\n');
            return name;
        }
        if (!note.exists())
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<QString> throwIntoHomeTrash(const QString &path)
{
    const QString trash = homeTrash();
    if (!QDir().mkpath(trash + QStringLiteral("/files")) || !QDir().mkpath(trash + QStringLiteral("/info")))
        return std::nullopt;
    const auto name = takeName(trash, QFileInfo(path));
    if (!name)
        return std::nullopt;
    const QString target = trash + QStringLiteral("/files/") + *name;
    std::error_code error;
    // Never copies: on another disk it fails.
    fs::rename(text::toPath(QFileInfo(path).absoluteFilePath()), text::toPath(target), error);
    if (!error)
        return target;
    QFile::remove(trash + QStringLiteral("/info/") + *name + QStringLiteral(".trashinfo"));
    return std::nullopt;
}

bool isTrash(const QString &place) { return QFileInfo(place).isAbsolute() && place.contains(QLatin1String("Trash")); }
#else
std::optional<QString> throwIntoHomeTrash(const QString &) { return std::nullopt; }
bool isTrash(const QString &) { return true; }
#endif

}  // namespace

std::optional<QString> throwAway(const QString &path)
{
    if (auto target = throwIntoHomeTrash(path))
        return target;
    QString target;
    if (!QFile::moveToTrash(path, &target))
        return std::nullopt;
    if (isTrash(target))
        return target;
    std::error_code error;
    fs::rename(text::toPath(target), text::toPath(path), error);
    return std::nullopt;
}

}  // namespace waypoint

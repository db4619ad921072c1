// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/train_folder.h"

#include "core/run/run_folder.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>
#include <QtCore/QStorageInfo>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("training", sentence); }

/// The last part of a SPEC's path, else its kind.
QString specName(const std::string &spec)
{
    const QString text = text::fromUtf8(spec);
    const QString kind = text.section(QLatin1Char(':'), 0, 0);
    const QString path = text.section(QLatin1Char(':'), 1).section(QLatin1Char(','), 0, 0);
    const bool isFile = path.contains(QLatin1Char('/'));
    if (!isFile || kind == QLatin1String("cifar10") || kind == QLatin1String("mnist"))
        return kind;
    const QString name = QFileInfo(QDir::cleanPath(path)).completeBaseName();
    return name.isEmpty() ? kind : name;
}

QString firstFree(const FolderQuestion &question)
{
    const QDir base(question.base);
    for (int n = 1;; ++n) {
        const QString folder = base.absoluteFilePath(QStringLiteral("%1-%2").arg(question.stem).arg(n));
        if (!QFileInfo::exists(folder) && !question.taken.contains(folder))
            return folder;
    }
}

/// The folder, or the nearest one above it that is there.
QFileInfo existingPart(const QString &folder)
{
    QFileInfo info(folder);
    while (!info.exists() && info.absolutePath() != info.absoluteFilePath())
        info = QFileInfo(info.absolutePath());
    return info;
}

QString placeProblem(const QFileInfo &existing, const QString &folder)
{
    if (!existing.isDir())
        return tr("%1 is a file, not a folder.").arg(existing.absoluteFilePath());
    if (existing.isWritable() && existing.isExecutable())
        return {};
    return existing.absoluteFilePath() == folder ? tr("You may not write into this folder.")
                                                 : tr("You may not write into %1.").arg(existing.absoluteFilePath());
}

}  // namespace

QString usualRunsFolder()
{
    const QString asked = qEnvironmentVariable("WAYPOINT_RUNS");
    return asked.isEmpty() ? QDir::home().absoluteFilePath(QStringLiteral("Waypoint/runs"))
                           : QDir(asked).absolutePath();
}

QString freeRunFolder(const QString &stem) { return firstFree({.base = usualRunsFolder(), .stem = stem}); }

QString runStem(const RunConfig &config)
{
    QString name = specName(config.model.empty() ? config.data : config.model);
    name.replace(QRegularExpression(QStringLiteral("[^\\w.+-]+")), QStringLiteral("-"));
    while (name.startsWith(QLatin1Char('.')) || name.startsWith(QLatin1Char('-')))
        name.remove(0, 1);
    return name.isEmpty() ? QStringLiteral("run") : name.left(60);
}

QString numberlessStem(const QString &name)
{
    static const QRegularExpression kNumber(QStringLiteral("-\\d{1,6}$"));
    QString stem = name;
    stem.remove(kNumber);
    return stem.isEmpty() ? name : stem;
}

FolderLook lookAtFolder(const FolderQuestion &question)
{
    FolderLook look;
    look.folder = question.folder.isEmpty() ? firstFree(question) : QDir::cleanPath(question.folder);
    if (!QDir::isAbsolutePath(look.folder)) {
        look.problem = tr("Give the whole path, beginning with /.");
        return look;
    }
    const RunPaths paths(text::toPath(look.folder));
    look.holdsRun =
        question.taken.contains(look.folder) || QFileInfo::exists(text::fromPath(paths.run())) || hasCheckpoint(paths);
    const QFileInfo existing = existingPart(look.folder);
    look.problem = look.holdsRun ? tr("This folder already holds a run.") : placeProblem(existing, look.folder);
    if (const QStorageInfo disk(existing.absoluteFilePath()); disk.isValid() && disk.bytesAvailable() >= 0)
        look.freeBytes = static_cast<std::uint64_t>(disk.bytesAvailable());
    return look;
}

}  // namespace waypoint

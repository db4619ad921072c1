// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/sample_checkpoint.h"

#include <QtCore/QAbstractItemModel>
#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>

/// A folder of runs and checkpoints, with settings and a trash of its own, for tests of the library.
namespace waypoint::test {

class LibraryFolder
{
public:
    LibraryFolder()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path());
        qputenv("XDG_DATA_HOME", m_settings.filePath(QStringLiteral("data")).toLocal8Bit());
    }

    [[nodiscard]] QString path(const QString &name = {}) const
    {
        return name.isEmpty() ? m_folder.path() : m_folder.filePath(name);
    }

    /// A file of weights; its name may tell more.
    QString safetensors(const QString &name) const
    {
        makeFolderOf(name);
        return writeSafetensors(path(name), {"weight"}) ? path(name) : QString();
    }

    QString write(const QString &name, const QByteArray &content) const
    {
        makeFolderOf(name);
        QFile file(path(name));
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() ? path(name) : QString();
    }

    QString touch(const QString &name) const { return write(name, "content"); }

    /// run.json, and two checkpoints of which the second has other names, too.
    QString run(const QString &name) const
    {
        write(name + QStringLiteral("/run.json"), R"({"waypoint":1,"config":{"data":"iris"}})");
        safetensors(name + QStringLiteral("/checkpoints/epoch_0000.safetensors"));
        const QString newest = safetensors(name + QStringLiteral("/checkpoints/epoch_0001.safetensors"));
        for (const char *link : {"last", "best"})
            std::filesystem::create_hard_link(newest.toStdString(),
                                              path(name).toStdString() + "/checkpoints/" + link + ".safetensors");
        return path(name);
    }

private:
    void makeFolderOf(const QString &name) const { QDir().mkpath(QFileInfo(path(name)).path()); }

    QTemporaryDir m_folder;
    QTemporaryDir m_settings;
};

inline QStringList rowNames(const QAbstractItemModel &model, const QModelIndex &parent = {})
{
    QStringList names;
    for (int row = 0; row < model.rowCount(parent); ++row)
        names << model.index(row, 0, parent).data().toString();
    return names;
}

}  // namespace waypoint::test

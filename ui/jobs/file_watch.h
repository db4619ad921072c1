// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/file_stamp.h"
#include "ui/jobs/job.h"

#include <QtCore/QFileSystemWatcher>
#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace waypoint {

/// Notices that one file (or folder) is no longer what it was. Window's thread; the disk is asked in the background.
class FileWatch final : public QObject
{
    Q_OBJECT

public:
    explicit FileWatch(QObject *parent = nullptr);

    /// `stamp` is what the file was when it was read.
    void watch(const std::filesystem::path &path, const FileStamp &stamp);
    void stop();
    /// Asks the disk soon; also called by itself when the system reports something, or now and then where it can't.
    void check();

Q_SIGNALS:
    /// Once per difference from what was last known. `stamp.exists` is false when the file is gone.
    void changed(const waypoint::FileStamp &stamp);

private:
    void ask();
    void compare(const FileStamp &stamp);
    void observe();

    QFileSystemWatcher m_watcher;
    QTimer m_settle;  ///< a file that is being written reports many changes
    QTimer m_poll;    ///< network disks report none
    std::filesystem::path m_path;
    FileStamp m_known;
    Job<FileStamp> m_asking;
};

}  // namespace waypoint

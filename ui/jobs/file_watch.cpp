// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/file_watch.h"

#include <QtCore/QStringList>

#include <chrono>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kSettle(250);
constexpr std::chrono::seconds kPoll(20);

QString asText(const std::filesystem::path &path) { return QString::fromStdU16String(path.u16string()); }

}  // namespace

FileWatch::FileWatch(QObject *parent) : QObject(parent), m_asking(this)
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
    m_poll.setInterval(kPoll);
    connect(&m_settle, &QTimer::timeout, this, &FileWatch::ask);
    connect(&m_poll, &QTimer::timeout, this, &FileWatch::ask);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &FileWatch::check);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &FileWatch::check);
}

void FileWatch::watch(const std::filesystem::path &path, const FileStamp &stamp)
{
    stop();
    m_path = path;
    m_known = stamp;
    observe();
    m_poll.start();
    // It may have changed while it was being read.
    check();
}

void FileWatch::stop()
{
    m_asking.cancel();
    m_settle.stop();
    m_poll.stop();
    const QStringList watched = m_watcher.files() + m_watcher.directories();
    if (!watched.isEmpty())
        m_watcher.removePaths(watched);
    m_path.clear();
}

void FileWatch::check()
{
    if (!m_path.empty())
        m_settle.start();
}

void FileWatch::ask()
{
    m_asking.start([path = m_path](std::stop_token stop, Progress &) { return stampOf(path, stop); },
                   [this](const FileStamp &stamp) { compare(stamp); });
}

void FileWatch::compare(const FileStamp &stamp)
{
    // A file that was replaced (written beside and renamed) is no longer watched by name.
    observe();
    if (stamp == m_known)
        return;
    m_known = stamp;
    Q_EMIT changed(stamp);
}

void FileWatch::observe()
{
    const QString path = asText(m_path);
    if (!m_watcher.files().contains(path) && !m_watcher.directories().contains(path))
        m_watcher.addPath(path);
    const QString folder = asText(m_path.parent_path());
    if (!folder.isEmpty() && !m_watcher.directories().contains(folder))
        m_watcher.addPath(folder);
}

}  // namespace waypoint

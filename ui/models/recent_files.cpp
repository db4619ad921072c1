// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/recent_files.h"

#include <QtCore/QSettings>

namespace waypoint {

namespace {

constexpr qsizetype kMost = 15;

QString settingsKey() { return QStringLiteral("recentFiles"); }

}  // namespace

RecentFiles::RecentFiles(QObject *parent) : QObject(parent), m_paths(QSettings().value(settingsKey()).toStringList()) {}

void RecentFiles::add(const QString &path)
{
    QStringList paths = m_paths;
    paths.removeAll(path);
    paths.prepend(path);
    store(paths.mid(0, kMost));
}

void RecentFiles::remove(const QString &path)
{
    QStringList paths = m_paths;
    paths.removeAll(path);
    store(paths);
}

void RecentFiles::clear() { store({}); }

void RecentFiles::store(const QStringList &paths)
{
    if (paths == m_paths)
        return;
    m_paths = paths;
    QSettings().setValue(settingsKey(), m_paths);
    Q_EMIT changed();
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QString>

#include <vector>

#include <unistd.h>

namespace waypoint::test {

/// The processes that this one has started and that are not gone: zombies too.
inline std::vector<pid_t> childProcesses()
{
    std::vector<pid_t> children;
    for (const QString &name : QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[1-9]*")}, QDir::Dirs)) {
        QFile stat(QStringLiteral("/proc/%1/stat").arg(name));
        if (!stat.open(QIODevice::ReadOnly))
            continue;
        // "PID (name) state parent ...", where the name may hold anything.
        const QByteArray line = stat.readAll();
        if (line.mid(line.lastIndexOf(')') + 2).split(' ').value(1).toLongLong() == ::getpid())
            children.push_back(static_cast<pid_t>(name.toLongLong()));
    }
    return children;
}

/// Whether a process has come as far as to ignore SIGTERM.
inline bool isDeaf(pid_t process)
{
    constexpr int kTerminate = 15;
    QFile status(QStringLiteral("/proc/%1/status").arg(process));
    if (!status.open(QIODevice::ReadOnly))
        return false;
    for (const QByteArray &line : status.readAll().split('\n'))
        if (line.startsWith("SigIgn:"))
            return (line.mid(7).trimmed().toULongLong(nullptr, 16) >> (kTerminate - 1)) & 1U;
    return false;
}

}  // namespace waypoint::test

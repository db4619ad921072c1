// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_places.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>

namespace waypoint {

QString runsHome()
{
    const QString asked = qEnvironmentVariable("WAYPOINT_RUNS");
    return asked.isEmpty() ? QDir::home().filePath(QStringLiteral("Waypoint/runs")) : QDir(asked).absolutePath();
}

QString freeRunFolder(const QString &name)
{
    const QDir home(runsHome());
    for (int number = 1;; ++number) {
        const QString folder = home.filePath(QStringLiteral("%1-%2").arg(name).arg(number));
        if (!QFileInfo::exists(folder))
            return folder;
    }
}

}  // namespace waypoint

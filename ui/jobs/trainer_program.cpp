// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/trainer_program.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace waypoint {

namespace {

/// From this program's folder.
const char *const kPlaces[] = {"waypoint-train", "../libexec/waypoint/waypoint-train", "../train/waypoint-train"};

QString findProgram()
{
    const QDir here(QCoreApplication::applicationDirPath());
    for (const char *const place : kPlaces) {
        const QFileInfo program(here.filePath(QString::fromLatin1(place)));
        if (program.isFile() && program.isExecutable())
            return QDir::cleanPath(program.absoluteFilePath());
    }
    return QStandardPaths::findExecutable(QStringLiteral("waypoint-train"));
}

}  // namespace

QString trainerProgram()
{
    const QString chosen = qEnvironmentVariable("WAYPOINT_TRAINER");
    if (!chosen.isEmpty())
        return chosen;
    static QString found;
    // Looked for again while it is nowhere: somebody may install it while the window is open.
    if (found.isEmpty())
        found = findProgram();
    return found;
}

}  // namespace waypoint

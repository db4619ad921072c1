// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/library_model.h"

namespace waypoint {

/// A folder that is looked into: one that was opened, or a run that lies in none of these.
struct LibraryModel::Scanned
{
    Scanned(QObject *receiver, QString folderPath, bool opened)
        : path(std::move(folderPath)), isOpened(opened), scanning(receiver)
    {
    }

    QString path;
    bool isOpened = true;
    FolderScan scan;
    bool scanned = false;
    bool isStale = false;  ///< something in it is another since
    Job<FolderScan> scanning;
};

}  // namespace waypoint

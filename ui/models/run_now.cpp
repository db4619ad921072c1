// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_now.h"

#include <QtCore/QDir>

namespace waypoint {

QString RunNow::title() const
{
    const QString told = snapshot ? runTitle(*snapshot) : QString();
    return told.isEmpty() ? QDir(folder).dirName() : told;
}

}  // namespace waypoint

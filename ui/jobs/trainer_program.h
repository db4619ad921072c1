// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace waypoint {

/// Where waypoint-train is: what WAYPOINT_TRAINER names, else beside this program, in ../libexec, in the build tree
/// around it, or on the PATH. Empty where it is nowhere. Asks the disk once.
[[nodiscard]] QString trainerProgram();

}  // namespace waypoint

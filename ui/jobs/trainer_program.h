// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace waypoint {

/// Where waypoint-train is: what WAYPOINT_TRAINER names, as it is; else beside this program, in ../libexec/waypoint, in
/// the build tree around it, or on the PATH. Empty where it is nowhere. Asks the disk until it has found it once.
[[nodiscard]] QString trainerProgram();

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

namespace waypoint {

/// Where runs go that nobody gave another place: Waypoint/runs in the home folder; WAYPOINT_RUNS names another.
[[nodiscard]] QString runsHome();

/// A folder there that does not exist yet: "iris-3".
[[nodiscard]] QString freeRunFolder(const QString &name);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <optional>

namespace waypoint {

/// Moves a file or folder to the trash of the desktop and returns where it lies now; nothing where that cannot be done.
/// Any thread; asks the disk.
///
/// What lies on the disk of the home folder goes to the home trash as freedesktop.org lays it down, without QFile:
/// that asks for mount points, which are not there to be seen in some containers, and then takes the working folder
/// for a trash.
[[nodiscard]] std::optional<QString> throwAway(const QString &path);

}  // namespace waypoint

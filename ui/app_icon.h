// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QIcon>

namespace waypoint {

/// The program's icon, for windows where the desktop has not installed it.
[[nodiscard]] QIcon appIcon();

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_colors.h"

class QPalette;

namespace waypoint::colors {

/// What stands for the two sides of a comparison, wherever they are drawn.
[[nodiscard]] inline QColor compared(int side, const QPalette &palette) { return plotLine(side, palette); }

}  // namespace waypoint::colors

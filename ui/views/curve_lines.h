// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/curve_board.h"
#include "ui/views/plot.h"

#include <vector>

class QPalette;

namespace waypoint {

/// What a plot of the board says around its data.
[[nodiscard]] PlotText plotText(const BoardPlot &plot, CurveX x, const TimeUnit &unit, bool logarithmic);

/// The lines in the window's colours; takes their points out of `plot`.
[[nodiscard]] std::vector<PlotLine> plotLines(BoardPlot &plot, const QPalette &palette);

[[nodiscard]] std::vector<PlotMark> plotMarks(const std::vector<BoardMark> &marks);

}  // namespace waypoint

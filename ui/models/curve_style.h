// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/curve_board.h"

namespace waypoint {

/// Where one run is shown, colour is the curve: training samples first, so that validation looks the same in a plot
/// without training.
void styleByCurve(BoardLine &line, const BoardPlot &plot);

/// Where several runs are shown, colour is the run: validation is dashed, further lines of one look paler.
void styleByRun(BoardLine &line, const BoardPlot &plot, int colour);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/curve_board.h"

namespace waypoint {

/// Puts the checkpoints of a run onto its line in the topmost plot that has one: validation where that was measured.
/// The best comes first, then the newest. `start`: of the run, in seconds since 1970.
void addMarks(CurveBoard &board, const BoardRun &run, double start);

}  // namespace waypoint

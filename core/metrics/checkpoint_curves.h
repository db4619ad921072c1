// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curve_table.h"

#include <stop_token>

namespace waypoint {

/// What curvesIn() is made from. Stopped, it has what was found so far.
[[nodiscard]] CurveTable curveTableOf(const Checkpoint &checkpoint, const std::stop_token &stop);

}  // namespace waypoint

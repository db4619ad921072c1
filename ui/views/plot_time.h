// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_ticks.h"

namespace waypoint {

/// Round times of the local clock, or round durations.
[[nodiscard]] PlotTicks timeTicks(const PlotRange &range, int count);

/// "3 Mar 2024 14:02:11", or "1:02:11" for a duration.
[[nodiscard]] QString timeText(double seconds);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/stats_report.h"

#include <functional>
#include <string_view>

namespace waypoint {

/// A table with a line for each tensor, numbers with four significant digits. Paths are cut where `width` columns are
/// too few (0: any width).
void writeStatsText(const Checkpoint &checkpoint, std::string_view file, const std::vector<StatsRow> &rows,
                    std::size_t width, const std::function<void(std::string_view)> &write);

}  // namespace waypoint

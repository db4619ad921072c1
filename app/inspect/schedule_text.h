// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/schedule_report.h"

#include <functional>
#include <string_view>

namespace waypoint {

/// The schedulers of a checkpoint for people: class and settings, where each stands, what comes next, a small table,
/// and a sentence for each rate that is not what it should be. A sentence where there is no scheduler.
void writeSchedulesText(const Checkpoint &checkpoint, std::string_view file, const std::vector<ScheduleReport> &reports,
                        const std::function<void(std::string_view)> &write);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/schedule_curves.h"
#include "ui/views/plot.h"

class QPalette;

namespace waypoint {

/// The lines of a scheduler: of each curve what is past, and dashed what is to come. `prefix` stands before the names,
/// `colour` is the index of the first one's and goes on behind the last one's.
[[nodiscard]] std::vector<PlotLine> scheduleLines(const ScheduleStory &story, const QString &prefix, int &colour,
                                                  const QPalette &palette);

/// Where it stands, what happens when, and rates that are off the curve.
[[nodiscard]] std::vector<PlotMark> schedulePlotMarks(const ScheduleStory &story);

}  // namespace waypoint

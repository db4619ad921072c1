// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_now.h"
#include "ui/models/run_readings.h"

#include <vector>

namespace waypoint {

/// A number of a run with its name.
struct RunFact
{
    QString name;
    QString value;  ///< a dash where it is not known yet
    QString toolTip;

    bool operator==(const RunFact &) const = default;
};

/// What stands below the progress of a run, always in the same order: what changes keeps its place.
[[nodiscard]] std::vector<RunFact> runFacts(const RunNow &now, const RunReadings &readings);

/// "2:05", "1:02:05", "3 d 01:02:05": does not change its width every second.
[[nodiscard]] QString clockText(double seconds);

/// All of a run in one line, for screen readers.
[[nodiscard]] QString runInOneLine(const RunNow &now, const std::vector<RunFact> &facts);

}  // namespace waypoint

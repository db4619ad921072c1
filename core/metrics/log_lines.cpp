// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/log_lines.h"

#include "core/base/printable.h"

#include <fmt/format.h>

namespace waypoint {

void addLogWarnings(std::vector<std::string> &warnings, const LogLosses &losses)
{
    if (losses.cut == 1)
        warnings.emplace_back("1 point that a resumed run did over is left out.");
    else if (losses.cut > 1)
        warnings.push_back(
            fmt::format("{} points that a resumed run did over are left out.", groupedDigits(losses.cut)));
    if (losses.foreign > 0)
        warnings.push_back(fmt::format("{} {} passed over: not a record of this log.", groupedDigits(losses.foreign),
                                       losses.foreign == 1 ? "line is" : "lines are"));
    if (losses.half)
        warnings.emplace_back("The last record is only half there and is passed over.");
}

}  // namespace waypoint

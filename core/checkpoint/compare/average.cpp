// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/average.h"

namespace waypoint {

Result<WeightAverage> averageOf(EpochSeriesPtr, std::vector<double>)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
Result<void> writeAverage(const WeightAverage &, const std::filesystem::path &, const std::stop_token &, Progress *)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}

}  // namespace waypoint

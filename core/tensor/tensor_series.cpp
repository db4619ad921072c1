// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/tensor_series.h"

namespace waypoint {

Result<void> seriesOfTensors(std::size_t, const SeriesTensorsAt &, const std::stop_token &, const SeriesSink &,
                             unsigned, Progress *)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}

}  // namespace waypoint

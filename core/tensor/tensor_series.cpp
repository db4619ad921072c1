// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/tensor_series.h"

#include "core/tensor/series_task.h"

namespace waypoint {

Result<void> seriesOfTensors(std::size_t count, const SeriesTensorsAt &tensorsAt, const std::stop_token &stop,
                             const SeriesSink &sink, unsigned threads, Progress *progress)
{
    const auto taskAt = [&](std::size_t i) { return std::make_shared<SeriesTask>(i, tensorsAt(i), sink); };
    return runBlockTasks(count, taskAt, stop, threads, progress);
}

}  // namespace waypoint

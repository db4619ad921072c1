// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/stats_pool.h"

#include "core/tensor/stats_task.h"

namespace waypoint {

Result<void> statsOfTensors(std::size_t count, const NumericTensorAt &tensorAt, const std::stop_token &stop,
                            const StatsSink &sink, unsigned threads, Progress *progress)
{
    const auto taskAt = [&](std::size_t i) { return std::make_shared<StatsTask>(i, tensorAt(i), sink); };
    return runBlockTasks(count, taskAt, stop, threads, progress);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/tensor/tensor_difference.h"
#include "core/tensor/tensor_stats.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace waypoint {

/// One tensor at one moment of its training.
struct SeriesPoint
{
    TensorStats stats;
    /// From the nearest earlier moment that has the tensor in this shape; nothing for the first.
    std::optional<TensorDifference> fromPrevious;
    /// From the first moment that has it.
    std::optional<TensorDifference> fromFirst;

    bool operator==(const SeriesPoint &) const = default;
};

/// One tensor's moments; nothing where it is missing, has another shape than at first, or cannot be read.
using TensorSeries = std::vector<std::optional<SeriesPoint>>;

/// The tensor of index `index` at every moment: asked once for each index, from any of the threads.
using SeriesTensorsAt = std::function<std::vector<std::optional<NumericTensor>>(std::size_t index)>;

/// Takes results as they are ready, one call at a time, from any of the threads. An error is the first moment's that
/// could not be read; the others are in the series all the same.
using SeriesSink = std::function<void(std::size_t index, TensorSeries series, const std::optional<Error> &error)>;

/// Follows many tensors over any number of moments, reading every element once: blocks of all moments are gone through
/// side by side, with memory below 100 MiB however many there are. On up to `threads` threads (0: all cores); results
/// do not depend on how many. `progress` counts bytes of elements; its total is the caller's. Cancelled within one
/// block.
Result<void> seriesOfTensors(std::size_t count, const SeriesTensorsAt &tensorsAt, const std::stop_token &stop,
                             const SeriesSink &sink, unsigned threads = 0, Progress *progress = nullptr);

}  // namespace waypoint

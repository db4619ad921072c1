// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/tensor/tensor_stats.h"

#include <cstddef>
#include <functional>
#include <stop_token>

namespace waypoint {

/// The tensors to look at: asked once for each index, from any of the threads, when it is its turn.
using NumericTensorAt = std::function<Result<NumericTensor>(std::size_t index)>;

/// Takes results as they are ready, one call at a time, from any of the threads.
using StatsSink = std::function<void(std::size_t index, const Result<TensorStats> &stats)>;

/// Statistics of many tensors, or of a large one, on up to `threads` threads (0: all cores), the calling one among
/// them. Large tensors are read by several threads together; the result does not depend on how many there are. Memory
/// stays below 100 MiB as long as storages are not packed. `progress` counts bytes of elements; its total is the
/// caller's. Cancelled within one block; a tensor that cannot be read is a result like any other.
Result<void> statsOfTensors(std::size_t count, const NumericTensorAt &tensorAt, const std::stop_token &stop,
                            const StatsSink &sink, unsigned threads = 0, Progress *progress = nullptr);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/numeric_tensor.h"

#include <functional>
#include <span>
#include <stop_token>

namespace waypoint {

/// Threads that pay for a tensor: one for a few megabytes each, at most `wanted` (0: all cores).
[[nodiscard]] unsigned usefulThreads(const NumericTensor &tensor, unsigned wanted = 0);

/// Takes a piece of a tensor's numbers. Pieces come in no order; those of one worker come one after the other.
using WorkerSink = std::function<void(unsigned worker, std::span<const double>)>;

/// Hands out all numbers to `workers` threads, the calling one among them; a tensor that is not contiguous goes to
/// worker 0 alone. Errors as forEachNumber().
Result<void> forEachNumberInParallel(const NumericTensor &tensor, const std::stop_token &stop, unsigned workers,
                                     const WorkerSink &sink);

}  // namespace waypoint

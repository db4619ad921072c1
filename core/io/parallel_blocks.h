// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>

namespace waypoint {

/// Does something with block `block`; `buffer` is the thread's own.
using BlockWork = std::function<Result<void>(std::size_t block, std::span<std::byte> buffer)>;

/// Calls `work` for 0 to count - 1 on all cores (at most 16 threads, the calling one among them), each with a buffer of
/// so many bytes. The error of the lowest block that has one, whatever the threads do; Cancelled within one block.
Result<void> inParallel(std::size_t count, std::size_t bufferBytes, const std::stop_token &stop, const BlockWork &work);

}  // namespace waypoint

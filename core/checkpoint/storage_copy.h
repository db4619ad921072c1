// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tensor/tensor_ref.h"

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>

namespace waypoint {

/// Takes the next bytes, valid during the call, and may refuse them.
using ByteSink = std::function<Result<void>(std::span<const std::byte>)>;

/// Hands out the bytes of a storage from first to last, little-endian, in blocks of 1 MiB. Truncated where its source
/// lacks some, and what its open() and readAt() say; the sink's errors; Cancelled within one block.
Result<void> copyStorage(const Storage &storage, const std::stop_token &stop, const ByteSink &sink);

}  // namespace waypoint

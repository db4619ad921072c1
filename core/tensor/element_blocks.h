// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tensor/tensor_ref.h"

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string>

namespace waypoint {

/// Takes the next elements of a tensor: whole ones, valid during the call.
using ElementSink = std::function<void(std::span<const std::byte>)>;

/// Hands out a tensor's elements from first to last as if it were contiguous: row-major, little-endian, conjugated and
/// negated where the tensor says so; a quantised tensor's stored integers; types smaller than a byte as torch packs
/// them. Blocks of at most 1 MiB. Memory stays below 100 MiB whatever strides the tensor has.
/// Truncated at the byte where its storage ends (of the file, where the storage lies plainly in it, else of the
/// storage), Unsupported for a tensor without plain elements (sparse, nested, unknown dtype), Corrupt for impossible
/// strides, Cancelled within one block.
Result<void> forEachBlock(const TensorRef &tensor, const Storage &storage, const std::stop_token &stop,
                          const ElementSink &sink);

/// Takes the next elements, too, and may refuse them: then nothing more is read.
using CheckedElementSink = std::function<Result<void>(std::span<const std::byte>)>;

/// forEachBlock() into something that can fail, as a file can. Its errors, and the sink's.
Result<void> copyElements(const TensorRef &tensor, const Storage &storage, const std::stop_token &stop,
                          const CheckedElementSink &sink);

/// SHA-256 over the same bytes, as 64 lower-case digits.
Result<std::string> sha256OfElements(const TensorRef &tensor, const Storage &storage, const std::stop_token &stop);

}  // namespace waypoint

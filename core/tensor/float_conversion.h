// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/dtype.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace waypoint {

/// Numbers that a conversion could not hold.
struct LostNumbers
{
    std::int64_t overflowed = 0;  ///< finite before, infinite after
    std::int64_t vanished = 0;    ///< not zero before, zero after

    LostNumbers &operator+=(const LostNumbers &more)
    {
        overflowed += more.overflowed;
        vanished += more.vanished;
        return *this;
    }
    bool operator==(const LostNumbers &) const = default;
};

/// Whether convertFloats() knows the way: to float16, bfloat16, float32 and float64 from those and from float8.
[[nodiscard]] bool canConvertFloats(DType from, DType to);

/// Elements as Tensor.to(dtype) gives them: rounded to nearest, ties to even; from float64 to the 16-bit types by way
/// of float32, as PyTorch does. NaN stays NaN, with its sign; what is too large becomes infinite. Little-endian.
///
/// Requires: canConvertFloats(); whole elements, as many in `out` as in `in`.
LostNumbers convertFloats(DType from, std::span<const std::byte> in, DType to, std::span<std::byte> out);

}  // namespace waypoint

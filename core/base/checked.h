// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <concepts>
#include <optional>

namespace waypoint {

/// a + b, or nothing where it does not fit. For every sum over numbers that come from a file.
template<std::integral T>
[[nodiscard]] constexpr std::optional<T> checkedAdd(T a, T b)
{
    T sum{};
    if (__builtin_add_overflow(a, b, &sum))
        return std::nullopt;
    return sum;
}

/// a * b, or nothing where it does not fit.
template<std::integral T>
[[nodiscard]] constexpr std::optional<T> checkedMul(T a, T b)
{
    T product{};
    if (__builtin_mul_overflow(a, b, &product))
        return std::nullopt;
    return product;
}

/// Whether `range` lies within the first `size` bytes, without overflow on the way.
[[nodiscard]] constexpr bool liesWithin(ByteRange range, ByteCount size)
{
    return range.start.value <= size.value && range.length.value <= size.value - range.start.value;
}

}  // namespace waypoint

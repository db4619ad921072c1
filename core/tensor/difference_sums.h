// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_difference.h"

#include <cstdint>
#include <span>

namespace waypoint {

/// What a part of two tensors contributes to their difference. Parts are put together in their order, so that the
/// result does not depend on who computed which part when.
struct DifferenceSums
{
    std::int64_t count = 0;
    std::int64_t changed = 0;
    std::int64_t nan = 0;  ///< pairs that are left out of everything below
    double squares = 0;    ///< sum of |b - a|^2
    double maxAbs = 0;
    double squaresA = 0;
    double squaresB = 0;
    double dot = 0;

    /// Goes on with the part that follows.
    void add(const DifferenceSums &next);
    [[nodiscard]] TensorDifference difference() const;
};

/// In pieces that fit the processor's first cache, with its widest instructions. Requires: as many of either.
[[nodiscard]] DifferenceSums differenceOf(std::span<const float> a, std::span<const float> b);
[[nodiscard]] DifferenceSums differenceOf(std::span<const double> a, std::span<const double> b);
/// The same for float16 and bfloat16 as they are stored.
[[nodiscard]] DifferenceSums differenceOfHalves(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b);
[[nodiscard]] DifferenceSums differenceOfBFloat16s(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b);
/// Differences are exact before they become float64, which would round large integers to the same number.
[[nodiscard]] DifferenceSums differenceOf(std::span<const std::int64_t> a, std::span<const std::int64_t> b);
[[nodiscard]] DifferenceSums differenceOf(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b);
/// Complex numbers, as real and imaginary part in turn.
[[nodiscard]] DifferenceSums differenceOfComplex(std::span<const double> a, std::span<const double> b);

}  // namespace waypoint

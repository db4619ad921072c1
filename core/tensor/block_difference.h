// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/difference_sums.h"
#include "core/tensor/number_ranges.h"

namespace waypoint {

/// The same numbers of two tensors, as they were read.
struct BlockPair
{
    std::span<const std::byte> a;
    std::span<const std::byte> b;
    NumberRun range;
};

/// What blocks of two tensors contribute to their difference. Requires: as many numbers in both.
[[nodiscard]] DifferenceSums differenceOfBlocks(const NumberRanges &a, const NumberRanges &b, const BlockPair &blocks);

/// b - a, number by number: 0 where both are NaN or the same infinity, the magnitude where one is complex. Requires:
/// range.count places in `into`.
void differencesInBlocks(const NumberRanges &a, const NumberRanges &b, const BlockPair &blocks, std::span<double> into);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/numeric_tensor.h"

#include <cstdint>
#include <limits>
#include <span>
#include <stop_token>

namespace waypoint {

/// What a tensor's numbers are like, in float64. NaN are counted and left out of everything else; infinities are not.
/// Complex numbers count by their magnitude, quantised ones by their value.
struct TensorStats
{
    std::int64_t count = 0;                                 ///< all elements, NaN included
    double min = std::numeric_limits<double>::quiet_NaN();  ///< NaN where there is no number
    double max = std::numeric_limits<double>::quiet_NaN();
    double mean = std::numeric_limits<double>::quiet_NaN();
    double std = std::numeric_limits<double>::quiet_NaN();  ///< of the population: divided by N
    double l2 = 0;                                          ///< sqrt(sum of squares); 0 for no numbers
    std::int64_t zeros = 0;
    std::int64_t nan = 0;
    std::int64_t inf = 0;  ///< of either sign

    bool operator==(const TensorStats &) const = default;
};

/// Reads and sums up a tensor, block by block, on up to `threads` threads (0: all cores); memory stays below 100 MiB.
/// The result does not depend on the number of threads. Errors as forEachNumber.
Result<TensorStats> tensorStats(const NumericTensor &tensor, const std::stop_token &stop, unsigned threads = 0);

/// The same for a contiguous run of little-endian elements in memory, on the calling thread. Tests and benchmarks.
Result<TensorStats> statsOfElements(DType dtype, std::span<const std::byte> elements);

}  // namespace waypoint

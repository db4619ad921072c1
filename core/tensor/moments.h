// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_stats.h"

#include <cstdint>
#include <limits>
#include <span>

namespace waypoint {

/// What a part of a tensor contributes to its statistics. Parts are put together in their order, so that the result
/// does not depend on who computed which part when.
struct Moments
{
    std::int64_t count = 0;
    std::int64_t nan = 0;
    std::int64_t plusInfinities = 0;
    std::int64_t minusInfinities = 0;
    std::int64_t zeros = 0;
    std::int64_t finite = 0;
    double min = std::numeric_limits<double>::infinity();  ///< of the finite ones, as everything below
    double max = -std::numeric_limits<double>::infinity();
    double mean = 0;
    double meanRest = 0;    ///< what rounding took from the mean: where numbers lie close together, it counts
    double deviations = 0;  ///< sum of (x - mean)^2; infinite where it is beyond what a double holds
    double squares = 0;     ///< sum of x^2; likewise

    /// Goes on with the part that follows. The sums of squared deviations are joined as in Chan, Golub, LeVeque:
    /// "Updating formulae and a pairwise algorithm for computing sample variances" (1979).
    void add(const Moments &next);
    void moveMean(double by);
    [[nodiscard]] TensorStats stats() const;
};

/// In pieces that fit the processor's first cache, with its widest instructions.
[[nodiscard]] Moments momentsOf(std::span<const double> numbers);
[[nodiscard]] Moments momentsOf(std::span<const float> numbers);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/moments.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void Moments::add(const Moments &next)
{
    count += next.count;
    nan += next.nan;
    plusInfinities += next.plusInfinities;
    minusInfinities += next.minusInfinities;
    zeros += next.zeros;
    if (next.finite == 0)
        return;
    min = std::min(min, next.min);
    max = std::max(max, next.max);
    squares += next.squares;
    deviations += next.deviations;
    if (finite == 0) {
        mean = next.mean;
        meanRest = next.meanRest;
    } else {
        const double share = static_cast<double>(next.finite) / static_cast<double>(finite + next.finite);
        const double step = (next.mean - mean) + (next.meanRest - meanRest);
        deviations += step * step * static_cast<double>(finite) * share;
        // The way between the two largest numbers of either sign is longer than any number.
        if (std::isfinite(step))
            moveMean(step * share);
        else
            mean = mean * (1 - share) + next.mean * share;
    }
    finite += next.finite;
}

void Moments::moveMean(double by)
{
    // Knuth's exact sum of two numbers: The Art of Computer Programming, volume 2, 4.2.2, theorem B.
    const double moved = mean + by;
    const double step = moved - mean;
    meanRest += (mean - (moved - step)) + (by - step);
    mean = moved;
}

TensorStats Moments::stats() const
{
    TensorStats stats{.count = count, .zeros = zeros, .nan = nan, .inf = plusInfinities + minusInfinities};
    if (count == nan)
        return stats;
    stats.min = minusInfinities > 0 || finite == 0 ? (minusInfinities > 0 ? -kInfinity : kInfinity) : min;
    stats.max = plusInfinities > 0 || finite == 0 ? (plusInfinities > 0 ? kInfinity : -kInfinity) : max;
    if (stats.inf > 0) {
        // As IEEE arithmetic has it: infinities swallow the sum, cancel to NaN, and are NaN away from any mean.
        stats.mean = plusInfinities > 0 && minusInfinities > 0 ? kNan : plusInfinities > 0 ? kInfinity : -kInfinity;
        stats.l2 = kInfinity;
        return stats;
    }
    // Rounding would give numbers that are all equal another mean by the last digit, and a spread.
    stats.mean = min == max ? min : mean;
    stats.std = min == max ? 0 : std::sqrt(deviations / static_cast<double>(finite));
    stats.l2 = std::sqrt(squares);
    return stats;
}

}  // namespace waypoint

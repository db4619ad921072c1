// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace waypoint {

/// Exponential moving average without the pull towards zero at its start: each value is the weighted mean of those so
/// far, the latest with weight 1 - `weight`, each earlier one `weight` times the next (as TensorBoard's smoothing).
/// NaN and infinities stay where they are and count for nothing. `weight` in [0, 1).
[[nodiscard]] std::vector<double> smoothed(std::span<const double> y, double weight);

/// Indices of the points that are enough to draw a polyline over `low`..`high` on so many pixel columns: first, lowest,
/// highest and last of each column, one point beyond each end, gaps (NaN) kept. Requires: x rises.
[[nodiscard]] std::vector<std::size_t> decimated(std::span<const double> x, std::span<const double> y, double low,
                                                 double high, std::size_t columns);

/// The index of the point nearest to `x`; requires: not empty, x rises.
[[nodiscard]] std::size_t nearestPoint(std::span<const double> x, double at);

}  // namespace waypoint

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

/// Knows the lowest and the highest number of each block of a line, so that a column of a picture costs a few looks
/// where it covers a million points. Numbers that are not finite are gaps. Requires: `y` outlives it, unchanged.
class CurveExtremes final
{
public:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    /// Where they are; kNone where there is none. The first of equals.
    struct Found
    {
        std::size_t lowest = kNone;
        std::size_t highest = kNone;
        std::size_t gap = kNone;  ///< the first one
    };

    CurveExtremes() = default;
    explicit CurveExtremes(std::span<const double> y);

    [[nodiscard]] std::size_t size() const { return m_y.size(); }
    /// Over [first, end).
    [[nodiscard]] Found over(std::size_t first, std::size_t end) const;

private:
    void look(std::size_t first, std::size_t end, Found &found) const;
    void merge(const Found &block, Found &found) const;

    std::span<const double> m_y;
    std::vector<Found> m_blocks;
};

/// Indices of the points that are enough to draw a polyline over `low`..`high` on so many pixel columns: first, lowest,
/// highest and last of each column, one point beyond each end, gaps (NaN) kept. Requires: x rises.
[[nodiscard]] std::vector<std::size_t> decimated(std::span<const double> x, std::span<const double> y, double low,
                                                 double high, std::size_t columns);
/// The same between given edges of columns, which rise, for scales that are not linear.
[[nodiscard]] std::vector<std::size_t> decimated(std::span<const double> x, const CurveExtremes &y,
                                                 std::span<const double> edges);

/// The index of the point nearest to `x`; requires: not empty, x rises.
[[nodiscard]] std::size_t nearestPoint(std::span<const double> x, double at);

}  // namespace waypoint

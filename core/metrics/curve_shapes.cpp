// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace waypoint {

namespace {

/// A column looks at two broken blocks and the whole ones between: for a million points on a thousand columns, about
/// as many numbers as blocks.
constexpr std::size_t kBlock = 64;
/// Columns with no more points than a summary would have keep them all.
constexpr std::size_t kFewPoints = 5;

std::size_t firstAtOrAfter(std::span<const double> x, std::size_t from, double at)
{
    return static_cast<std::size_t>(std::lower_bound(x.begin() + static_cast<std::ptrdiff_t>(from), x.end(), at)
                                    - x.begin());
}

std::size_t firstAfter(std::span<const double> x, std::size_t from, double at)
{
    return static_cast<std::size_t>(std::upper_bound(x.begin() + static_cast<std::ptrdiff_t>(from), x.end(), at)
                                    - x.begin());
}

void addColumn(const CurveExtremes &y, std::size_t first, std::size_t end, std::vector<std::size_t> &kept)
{
    if (end - first <= kFewPoints) {
        for (std::size_t i = first; i < end; ++i)
            kept.push_back(i);
        return;
    }
    const CurveExtremes::Found found = y.over(first, end);
    std::array points{first, found.lowest, found.highest, found.gap, end - 1};
    std::sort(points.begin(), points.end());
    const auto last = std::unique(points.begin(), points.end());
    for (auto point = points.begin(); point != last; ++point) {
        if (*point != CurveExtremes::kNone)
            kept.push_back(*point);
    }
}

}  // namespace

std::vector<double> smoothed(std::span<const double> y, double weight)
{
    std::vector<double> means(y.begin(), y.end());
    double sum = 0;         // of the numbers so far times their weights
    double allWeights = 0;  // 1 - weight^n after n numbers
    for (double &value : means) {
        if (!std::isfinite(value))
            continue;
        sum = sum * weight + value * (1 - weight);
        allWeights = allWeights * weight + (1 - weight);
        value = sum / allWeights;
    }
    return means;
}

CurveExtremes::CurveExtremes(std::span<const double> y) : m_y(y)
{
    m_blocks.resize(y.size() / kBlock);
    for (std::size_t block = 0; block < m_blocks.size(); ++block)
        look(block * kBlock, (block + 1) * kBlock, m_blocks[block]);
}

CurveExtremes::Found CurveExtremes::over(std::size_t first, std::size_t end) const
{
    Found found;
    const std::size_t firstBlock = (first + kBlock - 1) / kBlock;
    const std::size_t endBlock = end / kBlock;
    if (firstBlock >= endBlock) {
        look(first, end, found);
        return found;
    }
    look(first, firstBlock * kBlock, found);
    for (std::size_t block = firstBlock; block < endBlock; ++block)
        merge(m_blocks[block], found);
    look(endBlock * kBlock, end, found);
    return found;
}

void CurveExtremes::look(std::size_t first, std::size_t end, Found &found) const
{
    for (std::size_t i = first; i < end; ++i) {
        if (!std::isfinite(m_y[i])) {
            found.gap = std::min(found.gap, i);
            continue;
        }
        if (found.lowest == kNone || m_y[i] < m_y[found.lowest])
            found.lowest = i;
        if (found.highest == kNone || m_y[i] > m_y[found.highest])
            found.highest = i;
    }
}

void CurveExtremes::merge(const Found &block, Found &found) const
{
    found.gap = std::min(found.gap, block.gap);
    if (block.lowest == kNone)
        return;
    if (found.lowest == kNone || m_y[block.lowest] < m_y[found.lowest])
        found.lowest = block.lowest;
    if (found.highest == kNone || m_y[block.highest] > m_y[found.highest])
        found.highest = block.highest;
}

std::vector<std::size_t> decimated(std::span<const double> x, std::span<const double> y, double low, double high,
                                   std::size_t columns)
{
    columns = std::max<std::size_t>(columns, 1);
    std::vector<double> edges(columns + 1);
    for (std::size_t i = 0; i < columns; ++i)
        edges[i] = low + (high - low) * static_cast<double>(i) / static_cast<double>(columns);
    edges.back() = high;
    return decimated(x, CurveExtremes(y), edges);
}

std::vector<std::size_t> decimated(std::span<const double> x, const CurveExtremes &y, std::span<const double> edges)
{
    x = x.first(std::min(x.size(), y.size()));
    std::vector<std::size_t> kept;
    if (x.empty() || edges.size() < 2)
        return kept;
    std::size_t first = firstAtOrAfter(x, 0, edges.front());
    if (first > 0)
        kept.push_back(first - 1);
    for (std::size_t column = 1; column < edges.size(); ++column) {
        const bool isLast = column + 1 == edges.size();
        const std::size_t end = isLast ? firstAfter(x, first, edges[column]) : firstAtOrAfter(x, first, edges[column]);
        addColumn(y, first, end, kept);
        first = end;
    }
    if (first < x.size())
        kept.push_back(first);
    return kept;
}

std::size_t nearestPoint(std::span<const double> x, double at)
{
    const std::size_t after = firstAtOrAfter(x, 0, at);
    if (after == 0)
        return 0;
    if (after == x.size())
        return x.size() - 1;
    return at - x[after - 1] <= x[after] - at ? after - 1 : after;
}

}  // namespace waypoint

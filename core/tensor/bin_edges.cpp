// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/bin_edges.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

/// Look-ups that are worth a table of 65,536 cells.
constexpr std::int64_t kTablePays = 500'000;

/// Rounding must not let an edge fall behind the one before it, or beyond the range.
void makeRise(std::vector<double> &edges)
{
    for (std::size_t i = 1; i < edges.size(); ++i)
        edges[i] = std::clamp(edges[i], edges[i - 1], edges.back());
}

}  // namespace

std::vector<double> linearEdges(double low, double high, std::size_t bins)
{
    std::vector<double> edges(bins + 1);
    const auto n = static_cast<double>(bins);
    // The width may be beyond what a double holds, or below.
    const double step = std::isfinite(high - low) ? (high - low) / n : high / n - low / n;
    for (std::size_t i = 0; i < bins; ++i) {
        const auto at = static_cast<double>(i);
        edges[i] = (step == 0 ? at / n * (high - low) : at * step) + low;
    }
    edges[bins] = high;
    makeRise(edges);
    return edges;
}

std::vector<double> symmetricLogEdges(double low, double high, std::size_t bins, double linear)
{
    std::vector<double> edges(bins + 1);
    const double from = std::asinh(low / linear);
    const double step = (std::asinh(high / linear) - from) / static_cast<double>(bins);
    for (std::size_t i = 1; i < bins; ++i)
        edges[i] = linear * std::sinh(from + static_cast<double>(i) * step);
    edges.front() = low;
    edges[bins] = high;
    makeRise(edges);
    return edges;
}

BinFinder::BinFinder(std::span<const double> edges, HistogramScale scale, std::int64_t numbers)
    : m_edges(edges), m_last(edges.size() - 2)
{
    const double perUnit = static_cast<double>(edges.size() - 1) / (edges.back() - edges.front());
    if (scale == HistogramScale::Linear && std::isnormal(perUnit))
        m_perUnit = perUnit;
    else if (numbers >= kTablePays)
        makeTable();
}

void BinFinder::makeTable()
{
    m_table.resize(std::size_t{1} << (64 - kCellShift));
    for (std::size_t cell = 0; cell < m_table.size(); ++cell) {
        const auto start = std::bit_cast<double>(std::uint64_t{cell} << kCellShift);
        if (!std::isnan(start))
            m_table[cell] = static_cast<std::uint32_t>(search(std::clamp(start, m_edges.front(), m_edges.back())));
    }
}

std::size_t BinFinder::search(double number) const
{
    // Halving without branches: numbers come in no order that a processor could foresee.
    std::size_t bin = 0;
    for (std::size_t left = m_edges.size() - 1; left > 1;) {
        const std::size_t half = left / 2;
        bin += number >= m_edges[bin + half] ? half : 0;
        left -= half;
    }
    return bin;
}

}  // namespace waypoint

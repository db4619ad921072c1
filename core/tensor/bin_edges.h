// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/histogram.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace waypoint {

/// Edges of equal bins, to the last digit those of numpy.linspace(low, high, bins + 1). Requires: bins > 0.
[[nodiscard]] std::vector<double> linearEdges(double low, double high, std::size_t bins);

/// Edges of bins that are equal in asinh(x / linear). Requires: bins > 0, linear > 0.
[[nodiscard]] std::vector<double> symmetricLogEdges(double low, double high, std::size_t bins, double linear);

/// Finds bins by their edges. Immutable; any thread.
class BinFinder
{
public:
    /// For about `numbers` look-ups. Requires: `edges` rise and outlive this.
    BinFinder(std::span<const double> edges, HistogramScale scale, std::int64_t numbers);

    /// The bin that holds `number`. Requires: it lies between the outermost edges, both included.
    [[nodiscard]] std::size_t find(double number) const
    {
        // Multiplying gives the bin or, by rounding, its neighbour; the table one at or below it.
        if (m_perUnit > 0)
            return corrected(static_cast<std::size_t>((number - m_edges.front()) * m_perUnit), number);
        return m_table.empty() ? search(number) : corrected(m_table[cellOf(number)], number);
    }

private:
    /// Sign, exponent and four digits of the fraction.
    static constexpr int kCellShift = 48;

    [[nodiscard]] static std::size_t cellOf(double number)
    {
        return static_cast<std::size_t>(std::bit_cast<std::uint64_t>(number) >> kCellShift);
    }
    /// The edges decide.
    [[nodiscard]] std::size_t corrected(std::size_t bin, double number) const
    {
        bin = std::min(bin, m_last);
        while (number < m_edges[bin])
            --bin;
        while (bin < m_last && number >= m_edges[bin + 1])
            ++bin;
        return bin;
    }
    [[nodiscard]] std::size_t search(double number) const;
    void makeTable();

    std::span<const double> m_edges;
    std::size_t m_last;                  ///< bin
    double m_perUnit = 0;                ///< bins per 1 where they are equal; 0 where they are not
    std::vector<std::uint32_t> m_table;  ///< a bin for each start of a double's bits; empty where it does not pay
};

}  // namespace waypoint

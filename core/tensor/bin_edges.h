// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/histogram.h"

#include <cstddef>
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
    /// Requires: `edges` rise and outlive this.
    BinFinder(std::span<const double> edges, HistogramScale scale);

    /// The bin that holds `number`. Requires: it lies between the outermost edges, both included.
    [[nodiscard]] std::size_t find(double number) const { return m_perUnit > 0 ? guess(number) : search(number); }

private:
    [[nodiscard]] std::size_t guess(double number) const;
    [[nodiscard]] std::size_t search(double number) const;

    std::span<const double> m_edges;
    double m_perUnit = 0;  ///< bins per 1 where they are equal; 0 where they are not
};

}  // namespace waypoint

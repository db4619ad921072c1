// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/histogram_scale.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

double linearPartOf(const std::vector<double> &edges)
{
    double narrowest = edges.back() - edges.front();
    for (std::size_t i = 1; i < edges.size(); ++i)
        narrowest = std::min(narrowest, edges[i] - edges[i - 1]);
    const double largest = std::max(std::abs(edges.front()), std::abs(edges.back()));
    double low = std::log(largest) - 60;
    double high = std::log(largest) + 2;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        const double linear = std::exp(middle);
        const double step = (std::asinh(edges.back() / linear) - std::asinh(edges.front() / linear))
                            / static_cast<double>(edges.size() - 1);
        (2 * linear * std::sinh(step / 2) < narrowest ? low : high) = middle;
    }
    return std::exp(high);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/numeric_tensor.h"

#include <cstdint>
#include <stop_token>
#include <utility>
#include <vector>

namespace waypoint {

enum class HistogramScale {
    Linear,
    SymmetricLog,  ///< equal steps of asinh(x / linear): straight near zero, logarithmic on both sides
};

/// How often a tensor's numbers fall between edges. Infinities and NaN fall nowhere.
struct Histogram
{
    std::vector<double> edges;         ///< one more than counts, rising; the last bin includes its upper edge
    std::vector<std::int64_t> counts;  ///< [edges[i], edges[i+1])
    std::int64_t below = 0;            ///< finite numbers outside the edges, where the range was given
    std::int64_t above = 0;
};

/// What a histogram is made of. Without a range it spans the finite numbers; a single value gets a range around it.
struct HistogramRequest
{
    HistogramScale scale = HistogramScale::Linear;
    std::size_t bins = 100;
    bool rangeGiven = false;
    double low = 0;
    double high = 0;
    double linear = 0;  ///< symmetric log: where the straight part ends; 0: chosen from the numbers
};

/// One or two passes over the file, on all cores, cancellable. Empty for a tensor without finite numbers. Linear bins
/// hold what numpy.histogram(x, bins, (low, high)) holds. Errors as forEachNumber, BadArgument for no bins.
Result<Histogram> tensorHistogram(const NumericTensor &tensor, const HistogramRequest &request,
                                  const std::stop_token &stop);

/// Histograms of both over the same edges, which span the finite numbers of both where no range is given. The shapes
/// may differ.
Result<std::pair<Histogram, Histogram>> jointHistograms(const NumericTensor &a, const NumericTensor &b,
                                                        const HistogramRequest &request, const std::stop_token &stop);

}  // namespace waypoint

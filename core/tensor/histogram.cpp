// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/histogram.h"

#include "core/tensor/bin_edges.h"
#include "core/tensor/parallel_numbers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

namespace waypoint {

namespace {

constexpr std::size_t kMostBins = 1u << 20;

/// Of the numbers that are not zero, so many lie in the straight part of a symmetric logarithm.
constexpr double kLinearShare = 0.1;
/// And it spans at least this part of the largest one.
constexpr double kLeastLinear = 1e-8;

/// Where the finite numbers of a tensor lie.
class Extent
{
public:
    void add(std::span<const double> numbers)
    {
        for (const double number : numbers)
            if (std::isfinite(number))
                add(number);
    }

    void add(const Extent &other)
    {
        m_low = std::min(m_low, other.m_low);
        m_high = std::max(m_high, other.m_high);
        for (std::size_t i = 0; i < m_magnitudes.size(); ++i)
            m_magnitudes[i] += other.m_magnitudes[i];
    }

    [[nodiscard]] bool isEmpty() const { return m_low > m_high; }
    [[nodiscard]] double low() const { return m_low; }
    [[nodiscard]] double high() const { return m_high; }

    /// Where the straight part of a symmetric logarithm ends so that it shows both the many and the few.
    [[nodiscard]] double linear() const
    {
        const double largest = std::max(std::abs(m_low), std::abs(m_high));
        std::int64_t all = 0;
        for (const std::int64_t count : m_magnitudes)
            all += count;
        if (all == 0 || largest == 0)
            return 1;
        std::int64_t below = 0;
        std::size_t i = 0;
        while (static_cast<double>(below += m_magnitudes[i]) < kLinearShare * static_cast<double>(all))
            ++i;
        const double quantile = std::ldexp(1.0, static_cast<int>(i) - kExponentBias);
        return std::clamp(quantile, largest * kLeastLinear, largest);
    }

private:
    static constexpr int kExponentBias = 1023;

    void add(double number)
    {
        m_low = std::min(m_low, number);
        m_high = std::max(m_high, number);
        if (number != 0)
            ++m_magnitudes[std::bit_cast<std::uint64_t>(number) >> 52 & 0x7ff];
    }

    double m_low = std::numeric_limits<double>::infinity();
    double m_high = -std::numeric_limits<double>::infinity();
    std::array<std::int64_t, 2048> m_magnitudes{};  ///< of those that are not zero, by the exponent's bits
};

Result<Extent> extentOf(const NumericTensor &tensor, unsigned workers, const std::stop_token &stop)
{
    std::vector<Extent> extents(workers);
    auto read = forEachNumberInParallel(
        tensor, stop, workers, [&](unsigned worker, std::span<const double> numbers) { extents[worker].add(numbers); });
    if (!read)
        return read.error();
    for (std::size_t i = 1; i < extents.size(); ++i)
        extents[0].add(extents[i]);
    return extents[0];
}

/// What one worker counts.
struct Tally
{
    std::vector<std::int64_t> counts;
    std::int64_t below = 0;
    std::int64_t above = 0;

    void add(std::span<const double> numbers, const BinFinder &bins, double low, double high)
    {
        for (const double number : numbers) {
            if (number >= low && number <= high)
                ++counts[bins.find(number)];
            else if (std::isfinite(number))
                ++(number < low ? below : above);
        }
    }
};

/// numpy.histogram widens the range of equal numbers by a half on both sides; that does not move a huge one.
void widen(double &low, double &high)
{
    const double margin = std::max(0.5, std::abs(low) * 1e-6);
    low -= margin;
    high += margin;
}

Result<void> checkRequest(const HistogramRequest &request)
{
    if (request.bins == 0 || request.bins > kMostBins)
        return Error{ErrorCode::BadArgument, "a histogram has one to 1,048,576 bins"};
    const bool isRange = std::isfinite(request.low) && std::isfinite(request.high) && request.low < request.high;
    if (request.rangeGiven && !isRange)
        return Error{ErrorCode::BadArgument, "the range of a histogram goes from one number to a larger one"};
    if (!std::isfinite(request.linear) || request.linear < 0)
        return Error{ErrorCode::BadArgument, "the straight part of a symmetric logarithm ends at a positive number"};
    return {};
}

std::vector<double> edgesFor(const HistogramRequest &request, const Extent &extent)
{
    double low = request.rangeGiven ? request.low : extent.low();
    double high = request.rangeGiven ? request.high : extent.high();
    if (low == high)
        widen(low, high);
    if (request.scale == HistogramScale::Linear)
        return linearEdges(low, high, request.bins);
    return symmetricLogEdges(low, high, request.bins, request.linear > 0 ? request.linear : extent.linear());
}

}  // namespace

Result<Histogram> tensorHistogram(const NumericTensor &tensor, const HistogramRequest &request,
                                  const std::stop_token &stop)
{
    if (auto fits = checkRequest(request); !fits)
        return fits.error();
    const unsigned workers = usefulThreads(tensor);
    const auto extent = extentOf(tensor, workers, stop);
    if (!extent)
        return extent.error();
    Histogram histogram;
    if (extent->isEmpty())
        return histogram;
    histogram.edges = edgesFor(request, *extent);
    const BinFinder bins(histogram.edges, request.scale);
    std::vector<Tally> tallies(workers, Tally{std::vector<std::int64_t>(request.bins)});
    const double low = histogram.edges.front();
    const double high = histogram.edges.back();
    auto read = forEachNumberInParallel(tensor, stop, workers, [&](unsigned worker, std::span<const double> numbers) {
        tallies[worker].add(numbers, bins, low, high);
    });
    if (!read)
        return read.error();
    histogram.counts.resize(request.bins);
    for (const Tally &tally : tallies) {
        std::ranges::transform(histogram.counts, tally.counts, histogram.counts.begin(), std::plus());
        histogram.below += tally.below;
        histogram.above += tally.above;
    }
    return histogram;
}

}  // namespace waypoint

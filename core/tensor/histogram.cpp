// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/histogram.h"

#include "core/tensor/bin_edges.h"
#include "core/tensor/moments.h"
#include "core/tensor/parallel_numbers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace waypoint {

namespace {

constexpr std::size_t kMostBins = 1u << 20;

/// One number in so many lies in the straight part of a symmetric logarithm.
constexpr std::int64_t kLinearShare = 10;
/// And it spans at least this part of the largest one.
constexpr double kLeastLinear = 1e-8;

/// Where the finite numbers of a tensor lie.
class Extent
{
public:
    void add(std::span<const double> numbers, HistogramScale scale)
    {
        const Moments moments = momentsOf(numbers);
        m_low = std::min(m_low, moments.min);
        m_high = std::max(m_high, moments.max);
        if (scale == HistogramScale::SymmetricLog)
            for (const double number : numbers)
                ++m_magnitudes[exponentBits(number)];
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
        // Zeros and subnormal numbers have no exponent, NaN and infinities the last one.
        const auto normal = std::span(m_magnitudes).subspan(1, m_magnitudes.size() - 2);
        const std::int64_t all = std::accumulate(normal.begin(), normal.end(), std::int64_t{0});
        if (all == 0)
            return largest > 0 ? largest : 1;
        std::size_t bits = 1;
        for (std::int64_t below = m_magnitudes[bits]; below < all / kLinearShare; below += m_magnitudes[bits])
            ++bits;
        const double quantile = std::ldexp(1.0, static_cast<int>(bits) - kExponentBias);
        return std::clamp(quantile, largest * kLeastLinear, largest);
    }

private:
    static constexpr int kExponentBias = 1023;

    static std::size_t exponentBits(double number) { return std::bit_cast<std::uint64_t>(number) >> 52 & 0x7ff; }

    double m_low = std::numeric_limits<double>::infinity();
    double m_high = -std::numeric_limits<double>::infinity();
    std::array<std::int64_t, 2048> m_magnitudes{};  ///< how many numbers have an exponent, by its bits
};

Result<Extent> extentOf(const NumericTensor &tensor, HistogramScale scale, const std::stop_token &stop)
{
    const unsigned workers = usefulThreads(tensor);
    std::vector<Extent> extents(workers);
    auto read = forEachNumberInParallel(tensor, stop, workers, [&](unsigned worker, std::span<const double> numbers) {
        extents[worker].add(numbers, scale);
    });
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

/// How often numbers fall between edges.
Result<Histogram> countBetween(const NumericTensor &tensor, const std::vector<double> &edges, HistogramScale scale,
                               const std::stop_token &stop)
{
    Histogram histogram{.edges = edges};
    const BinFinder bins(histogram.edges, scale, numberCount(tensor.ref));
    const std::size_t count = edges.size() - 1;
    const unsigned workers = usefulThreads(tensor);
    std::vector<Tally> tallies(workers, Tally{std::vector<std::int64_t>(count)});
    auto read = forEachNumberInParallel(tensor, stop, workers, [&](unsigned worker, std::span<const double> numbers) {
        tallies[worker].add(numbers, bins, edges.front(), edges.back());
    });
    if (!read)
        return read.error();
    histogram.counts.resize(count);
    for (const Tally &tally : tallies) {
        std::ranges::transform(histogram.counts, tally.counts, histogram.counts.begin(), std::plus());
        histogram.below += tally.below;
        histogram.above += tally.above;
    }
    return histogram;
}

}  // namespace

Result<Histogram> tensorHistogram(const NumericTensor &tensor, const HistogramRequest &request,
                                  const std::stop_token &stop)
{
    if (auto fits = checkRequest(request); !fits)
        return fits.error();
    const auto extent = extentOf(tensor, request.scale, stop);
    if (!extent)
        return extent.error();
    if (extent->isEmpty())
        return Histogram();
    return countBetween(tensor, edgesFor(request, *extent), request.scale, stop);
}

Result<std::pair<Histogram, Histogram>> jointHistograms(const NumericTensor &a, const NumericTensor &b,
                                                        const HistogramRequest &request, const std::stop_token &stop)
{
    if (auto fits = checkRequest(request); !fits)
        return fits.error();
    auto extent = extentOf(a, request.scale, stop);
    if (!extent)
        return extent.error();
    const auto other = extentOf(b, request.scale, stop);
    if (!other)
        return other.error();
    extent->add(*other);
    if (extent->isEmpty())
        return std::pair<Histogram, Histogram>();
    const auto edges = edgesFor(request, *extent);
    auto first = countBetween(a, edges, request.scale, stop);
    if (!first)
        return first.error();
    auto second = countBetween(b, edges, request.scale, stop);
    if (!second)
        return second.error();
    return std::pair(*std::move(first), *std::move(second));
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/tensor/histogram.h"
#include "tests/support/memory_storage.h"

#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using Counts = std::vector<std::int64_t>;
using Edges = std::vector<double>;

NumericTensor tensorOf(const std::vector<double> &values)
{
    NumericTensor tensor;
    tensor.ref.dtype = DType::Float64;
    tensor.ref.shape = {static_cast<std::int64_t>(values.size())};
    tensor.ref.strides = {1};
    const auto bytes = std::as_bytes(std::span(values));
    tensor.storage = storageOf(memoryFile("values", {bytes.begin(), bytes.end()}), DType::Float64);
    return tensor;
}

std::vector<double> normal(std::size_t count)
{
    std::mt19937_64 random(3);
    std::normal_distribution<double> distribution(0, 0.05);
    std::vector<double> values(count);
    for (double &value : values)
        value = distribution(random);
    return values;
}

/// Bin by bin, as the words of Histogram say.
Counts countedByEdges(const std::vector<double> &values, const Edges &edges)
{
    Counts counts(edges.size() - 1);
    for (const double value : values)
        for (std::size_t i = 0; i < counts.size(); ++i)
            if (value >= edges[i] && (value < edges[i + 1] || (i + 1 == counts.size() && value == edges[i + 1])))
                ++counts[i];
    return counts;
}

Histogram made(const std::vector<double> &values, const HistogramRequest &request)
{
    const auto histogram = tensorHistogram(tensorOf(values), request, {});
    return histogram ? *histogram : Histogram{{-12345}, {}, 0, 0};
}

/// Float64 zeros; asks to stop at the first read.
class StoppingFile final : public RandomAccessFile
{
public:
    [[nodiscard]] ByteCount size() const override { return {std::uint64_t{8} << 30}; }
    [[nodiscard]] const std::string &name() const override { return m_name; }
    Result<std::size_t> readAt(ByteOffset, std::span<std::byte> into) const override
    {
        ++m_reads;
        m_stop.request_stop();
        std::ranges::fill(into, std::byte{0});
        return into.size();
    }
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }
    [[nodiscard]] int reads() const { return m_reads; }

private:
    std::string m_name = "zeros";
    mutable std::atomic<int> m_reads = 0;
    mutable std::stop_source m_stop;
};

}  // namespace

class HistogramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersFallBetweenTheirEdges()
    {
        const auto histogram = made({1, 2, 1, 4, 3, 2.5}, {.bins = 3});
        QCOMPARE(histogram.edges, (Edges{1, 2, 3, 4}));
        QCOMPARE(histogram.counts, (Counts{2, 2, 2}));  // the last bin includes its upper edge
        QCOMPARE(histogram.below, 0);
        QCOMPARE(histogram.above, 0);
    }

    void aGivenRangeLeavesNumbersOutside()
    {
        const auto histogram =
            made({-5, 0, 0.5, 1, 7, 8, kInf, -kInf, kNan}, {.bins = 2, .rangeGiven = true, .low = 0, .high = 1});
        QCOMPARE(histogram.edges, (Edges{0, 0.5, 1}));
        QCOMPARE(histogram.counts, (Counts{1, 2}));
        QCOMPARE(histogram.below, 1);
        QCOMPARE(histogram.above, 2);
    }

    void infinitiesAndNanFallNowhere()
    {
        const auto histogram = made({kInf, 1, kNan, 3, -kInf}, {.bins = 2});
        QCOMPARE(histogram.edges, (Edges{1, 2, 3}));
        QCOMPARE(histogram.counts, (Counts{1, 1}));
    }

    void nothingFiniteGivesAnEmptyHistogram()
    {
        for (const auto &values : {std::vector<double>{}, std::vector<double>{kNan, kInf}}) {
            const auto histogram = made(values, {});
            QVERIFY(histogram.edges.empty() && histogram.counts.empty());
        }
    }

    void aSingleValueStandsInTheMiddle()
    {
        // numpy.histogram([3.0], 4) has edges 2.5, 2.75, 3, 3.25, 3.5
        QCOMPARE(made({3, 3}, {.bins = 4}).edges, (Edges{2.5, 2.75, 3, 3.25, 3.5}));
        QCOMPARE(made({3, 3}, {.bins = 4}).counts, (Counts{0, 0, 2, 0}));
        const auto huge = made({1e30}, {.bins = 2});
        QVERIFY(huge.edges.front() < 1e30 && huge.edges.back() > 1e30);
        QCOMPARE(std::accumulate(huge.counts.begin(), huge.counts.end(), std::int64_t{0}), 1);
    }

    void numbersOnAnEdgeCountAboveIt()
    {
        // Tenths have no exact double: which side of an edge they are on, only the edges can say.
        std::vector<double> values;
        for (int i = 0; i <= 1000; ++i)
            values.push_back(i * 0.1);
        for (const std::size_t bins : {7u, 10u, 100u, 999u, 1000u}) {
            const auto histogram = made(values, {.bins = bins});
            QCOMPARE(histogram.edges.size(), bins + 1);
            QCOMPARE(histogram.counts, countedByEdges(values, histogram.edges));
        }
    }

    void extremeRangesStillCountEveryNumber_data()
    {
        QTest::addColumn<std::vector<double>>("values");
        QTest::newRow("all of float64") << std::vector<double>{-1.7e308, 0, 1.7e308};
        QTest::newRow("smallest numbers") << std::vector<double>{0, 5e-324, 1e-323};
        QTest::newRow("neighbours") << std::vector<double>{1, std::nextafter(1.0, 2.0)};
        QTest::newRow("one far away") << std::vector<double>{1e-20, 2e-20, 1e20};
    }
    void extremeRangesStillCountEveryNumber()
    {
        QFETCH(std::vector<double>, values);
        for (const auto scale : {HistogramScale::Linear, HistogramScale::SymmetricLog}) {
            const auto histogram = made(values, {.scale = scale});
            QVERIFY(std::ranges::is_sorted(histogram.edges));
            QCOMPARE(std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::int64_t{0}),
                     static_cast<std::int64_t>(values.size()));
        }
    }

    void symmetricLogarithmHasEqualStepsOfAsinh()
    {
        const auto histogram =
            made({-100, 0, 0.001, 100}, {.scale = HistogramScale::SymmetricLog, .bins = 8, .linear = 0.01});
        const double step = 2 * std::asinh(1e4) / 8;
        for (std::size_t i = 0; i < histogram.edges.size(); ++i) {
            const double position = std::asinh(histogram.edges[i] / 0.01) / step;
            QVERIFY(std::abs(position - (static_cast<double>(i) - 4)) < 1e-9);
        }
        QCOMPARE(histogram.edges.front(), -100.0);
        QCOMPARE(histogram.edges.back(), 100.0);
        QCOMPARE(histogram.counts, (Counts{1, 0, 0, 0, 2, 0, 0, 1}));
    }

    void theStraightPartIsChosenFromTheNumbers()
    {
        // Most numbers around 0.05, a few a million times larger: both must be told apart.
        auto values = normal(10'000);
        values.push_back(5e4);
        values.push_back(-5e4);
        const auto histogram = made(values, {.scale = HistogramScale::SymmetricLog});
        const auto filled = std::ranges::count_if(histogram.counts, [](std::int64_t count) { return count > 0; });
        QVERIFY2(filled > 15, qPrintable(QString::number(filled)));
        QCOMPARE(histogram.counts, countedByEdges(values, histogram.edges));
        const auto linear = made(values, {});
        QVERIFY(std::ranges::count_if(linear.counts, [](std::int64_t count) { return count > 0; }) < 5);
    }

    void manyBlocksCountAsOne()
    {
        const auto values = normal(3'000'001);  // 24 MB: several threads
        for (const auto scale : {HistogramScale::Linear, HistogramScale::SymmetricLog}) {
            const auto histogram = made(values, {.scale = scale, .bins = 13});
            QCOMPARE(histogram.counts, countedByEdges(values, histogram.edges));
        }
    }

    void stridedNumbersAreTheSameNumbers()
    {
        auto tensor = tensorOf(normal(6'000));
        const auto plain = *tensorHistogram(tensor, {}, {});
        tensor.ref.shape = {60, 100};
        tensor.ref.strides = {1, 60};
        QCOMPARE(tensorHistogram(tensor, {}, {})->counts, plain.counts);
    }

    void senselessRequestsAreRefused_data()
    {
        QTest::addColumn<HistogramRequest>("request");
        QTest::newRow("no bins") << HistogramRequest{.bins = 0};
        QTest::newRow("empty range") << HistogramRequest{.rangeGiven = true, .low = 1, .high = 1};
        QTest::newRow("endless range") << HistogramRequest{.rangeGiven = true, .low = 0, .high = kInf};
        QTest::newRow("range of NaN") << HistogramRequest{.rangeGiven = true, .low = kNan, .high = 1};
        QTest::newRow("negative straight part")
            << HistogramRequest{.scale = HistogramScale::SymmetricLog, .linear = -1};
    }
    void senselessRequestsAreRefused()
    {
        QFETCH(HistogramRequest, request);
        const auto histogram = tensorHistogram(tensorOf({1, 2}), request, {});
        QVERIFY(!histogram);
        QCOMPARE(histogram.error().code, ErrorCode::BadArgument);
    }

    void stoppingEndsWithinTheBlock()
    {
        const auto file = std::make_shared<const StoppingFile>();
        auto tensor = tensorOf({});
        tensor.ref.shape = {std::int64_t{1} << 30};
        tensor.storage = storageOf(file, DType::Float64);
        const auto histogram = tensorHistogram(tensor, {}, file->token());
        QVERIFY(!histogram);
        QCOMPARE(histogram.error().code, ErrorCode::Cancelled);
        QVERIFY(file->reads() <= static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
    }

    void missingBytesAreTruncated()
    {
        auto tensor = tensorOf({1, 2, 3});
        tensor.ref.shape = {4};
        QCOMPARE(tensorHistogram(tensor, {}, {}).error().code, ErrorCode::Truncated);
    }
};

QTEST_GUILESS_MAIN(HistogramTest)
#include "histogram_test.moc"

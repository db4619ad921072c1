// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/tensor/stats_pool.h"
#include "core/tensor/tensor_stats.h"
#include "tests/support/memory_storage.h"

#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template<typename T>
std::vector<std::byte> bytesOf(const std::vector<T> &values)
{
    const auto span = std::as_bytes(std::span(values));
    return {span.begin(), span.end()};
}

NumericTensor tensorOf(DType dtype, SmallDims shape, FilePtr file)
{
    NumericTensor tensor;
    tensor.ref.dtype = dtype;
    tensor.ref.strides = contiguousStrides(shape);
    tensor.ref.shape = std::move(shape);
    tensor.storage = storageOf(std::move(file), dtype);
    return tensor;
}

template<typename T>
NumericTensor tensorOf(DType dtype, const std::vector<T> &values)
{
    return tensorOf(dtype, {static_cast<std::int64_t>(values.size())}, memoryFile("values", bytesOf(values)));
}

TensorStats statsOf(const std::vector<double> &values) { return *statsOfElements(DType::Float64, bytesOf(values)); }

bool close(double a, double b, double relative = 1e-6)
{
    if (std::isnan(a) || std::isnan(b))
        return std::isnan(a) && std::isnan(b);
    return a == b || std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

/// In long double and two passes, as the definition has it.
struct Defined
{
    double mean = 0;
    double std = 0;
    double l2 = 0;

    template<typename T>
    explicit Defined(const std::vector<T> &values)
    {
        long double sum = 0;
        long double squares = 0;
        for (const T value : values) {
            sum += static_cast<long double>(value);
            squares += static_cast<long double>(value) * static_cast<long double>(value);
        }
        const auto n = static_cast<long double>(values.size());
        long double spread = 0;
        for (const T value : values)
            spread += (static_cast<long double>(value) - sum / n) * (static_cast<long double>(value) - sum / n);
        mean = static_cast<double>(sum / n);
        std = static_cast<double>(std::sqrt(spread / n));
        l2 = static_cast<double>(std::sqrt(squares));
    }
};

template<typename T>
std::vector<T> normal(std::size_t count, double mean, double spread)
{
    std::mt19937_64 random(7);
    std::normal_distribution<double> distribution(mean, spread);
    std::vector<T> values(count);
    for (T &value : values)
        value = static_cast<T>(distribution(random));
    return values;
}

bool sameBits(const TensorStats &a, const TensorStats &b)
{
    const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
    return a.count == b.count && a.zeros == b.zeros && a.nan == b.nan && a.inf == b.inf && bits(a.min) == bits(b.min)
           && bits(a.max) == bits(b.max) && bits(a.mean) == bits(b.mean) && bits(a.std) == bits(b.std)
           && bits(a.l2) == bits(b.l2);
}

/// Float32 zeros without end; asks to stop at a certain read.
class StoppingFile final : public RandomAccessFile
{
public:
    StoppingFile(std::uint64_t size, int readsUntilStop) : m_size(size), m_readsUntilStop(readsUntilStop) {}

    [[nodiscard]] ByteCount size() const override { return {m_size}; }
    [[nodiscard]] const std::string &name() const override { return m_name; }
    Result<std::size_t> readAt(ByteOffset, std::span<std::byte> into) const override
    {
        if (++m_reads == m_readsUntilStop)
            m_stop.request_stop();
        std::ranges::fill(into, std::byte{0});
        return into.size();
    }
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }
    [[nodiscard]] int reads() const { return m_reads; }

private:
    std::uint64_t m_size;
    int m_readsUntilStop;
    std::string m_name = "zeros";
    mutable std::atomic<int> m_reads = 0;
    mutable std::stop_source m_stop;
};

}  // namespace

class TensorStatsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFewNumbersGiveWhatAPersonWorksOut()
    {
        const auto stats = statsOf({3, 0, -4, 5, -0.0});
        QCOMPARE(stats.count, 5);
        QCOMPARE(stats.min, -4.0);
        QCOMPARE(stats.max, 5.0);
        QCOMPARE(stats.mean, 0.8);
        QVERIFY(close(stats.std, std::sqrt(46.8 / 5), 1e-15));  // 2.2² + 2 * 0.8² + 4.8² + 4.2²
        QVERIFY(close(stats.l2, std::sqrt(50), 1e-15));
        QCOMPARE(stats.zeros, 2);
        QCOMPARE(stats.nan, 0);
        QCOMPARE(stats.inf, 0);
    }

    void noNumbersHaveNoStatistics()
    {
        for (const auto &stats : {statsOf({}), statsOf({kNan, kNan})}) {
            QVERIFY(std::isnan(stats.min) && std::isnan(stats.max) && std::isnan(stats.mean) && std::isnan(stats.std));
            QCOMPARE(stats.l2, 0.0);
            QCOMPARE(stats.count, stats.nan);
        }
    }

    void nanIsCountedAndLeftOut()
    {
        const auto stats = statsOf({kNan, 1, kNan, 3});
        QCOMPARE(stats.count, 4);
        QCOMPARE(stats.nan, 2);
        QCOMPARE(stats.min, 1.0);
        QCOMPARE(stats.max, 3.0);
        QCOMPARE(stats.mean, 2.0);
        QCOMPARE(stats.std, 1.0);
        QCOMPARE(stats.l2, std::sqrt(10.0));
    }

    void infinitiesSpreadAsInIeeeArithmetic()
    {
        const auto above = statsOf({1, kInf, -2});
        QCOMPARE(above.inf, 1);
        QCOMPARE(above.min, -2.0);
        QVERIFY(above.max == kInf && above.mean == kInf && above.l2 == kInf && std::isnan(above.std));
        const auto both = statsOf({-kInf, kInf});
        QCOMPARE(both.inf, 2);
        QVERIFY(both.min == -kInf && both.max == kInf && std::isnan(both.mean) && both.l2 == kInf);
        const auto below = statsOf({-kInf, kNan});
        QVERIFY(below.min == -kInf && below.max == -kInf && below.mean == -kInf);
    }

    void equalNumbersHaveNoSpread()
    {
        const auto stats = statsOf(std::vector<double>(100'003, 0.1));
        QCOMPARE(stats.mean, 0.1);
        QCOMPARE(stats.std, 0.0);
    }

    void hardNumbersAreRightToSixDigits_data()
    {
        QTest::addColumn<std::vector<double>>("values");
        QTest::newRow("normal") << normal<double>(300'001, 0.3, 1);
        QTest::newRow("mean far larger than the spread") << normal<double>(300'001, 1e6, 1e-3);
        QTest::newRow("mean at the last digits of the spread") << normal<double>(300'001, 1e10, 1e-3);
        QTest::newRow("negative mean") << normal<double>(300'001, -1e9, 1);
        QTest::newRow("tiny") << normal<double>(300'001, 1e-140, 3e-140);
        QTest::newRow("huge") << normal<double>(300'001, 1e150, 1e149);
        auto outlier = normal<double>(300'001, 0, 1e-3);
        outlier[4096] = 1e30;  // the first of a block's piece
        QTest::newRow("one huge among small") << outlier;
        auto late = normal<double>(300'001, 0, 1e-3);
        late.back() = -1e12;
        QTest::newRow("one large at the end") << late;
        QTest::newRow("one number") << std::vector<double>{-3.5};
    }
    void hardNumbersAreRightToSixDigits()
    {
        QFETCH(std::vector<double>, values);
        const Defined expected(values);
        const auto stats = statsOf(values);
        QVERIFY2(close(stats.mean, expected.mean), qPrintable(QString::number(stats.mean, 'g', 17)));
        QVERIFY2(close(stats.std, expected.std), qPrintable(QString::number(stats.std, 'g', 17)));
        QVERIFY2(close(stats.l2, expected.l2), qPrintable(QString::number(stats.l2, 'g', 17)));
    }

    void squaresBeyondADoubleAreInfinite()
    {
        constexpr double kMax = std::numeric_limits<double>::max();
        auto outlier = normal<double>(10'001, 0, 1);
        outlier[5000] = 1e200;
        for (const auto &values : {std::vector<double>{1e200, -1e200, 3e200}, std::vector<double>{kMax, -kMax, 2},
                                   outlier, normal<double>(10'001, 1e200, 1e199)}) {
            const auto stats = statsOf(values);
            QCOMPARE(stats.max, *std::ranges::max_element(values));
            QVERIFY2(close(stats.mean, Defined(values).mean, 1e-6) || stats.max == kMax, "mean");
            QCOMPARE(stats.std, kInf);
            QCOMPARE(stats.l2, kInf);
        }
        QVERIFY(std::isfinite(statsOf({kMax, kNan, kMax, -kMax}).mean));
        QCOMPARE(statsOf({1e200, 1e200}).std, 0.0);
    }

    void aSumWhoseSquareIsBeyondADoubleHasASpread()
    {
        std::vector<double> values(2000, 1e152);
        values.front() = 0;
        QVERIFY(close(statsOf(values).std, Defined(values).std));
    }

    void float32OfAnySizeIsSummedInFloat64()
    {
        std::vector<float> values{1e30f, -1e38f, 3e38f, 1e-45f, -1e-40f, 0};
        const Defined expected(values);
        const auto stats = *statsOfElements(DType::Float32, bytesOf(values));
        QVERIFY(close(stats.mean, expected.mean) && close(stats.std, expected.std) && close(stats.l2, expected.l2));
        values = {1e-45f, 3e-45f};
        const auto subnormal = *statsOfElements(DType::Float32, bytesOf(values));
        QCOMPARE(subnormal.mean, 1.5 * 0x1p-149);
        QCOMPARE(subnormal.std, 0.5 * 0x1p-149);
        QCOMPARE(subnormal.zeros, 0);
        const auto around = normal<float>(1'000'003, 1e6, 1);
        const auto million = *statsOfElements(DType::Float32, bytesOf(around));
        QVERIFY(close(million.std, Defined(around).std) && close(million.mean, Defined(around).mean));
    }

    void countsAreExactWhereverTheNumbersStand()
    {
        // One special number at each place of the vectors that the sums are kept in, and behind the last whole one.
        for (std::size_t at = 0; at < 41; ++at) {
            std::vector<float> values(41, 2.0f);
            values[at] = 0;
            QCOMPARE(statsOfElements(DType::Float32, bytesOf(values))->zeros, 1);
            values[at] = -7;
            QCOMPARE(statsOfElements(DType::Float32, bytesOf(values))->min, -7.0);
            values[at] = 7;
            QCOMPARE(statsOfElements(DType::Float32, bytesOf(values))->max, 7.0);
            values[at] = std::numeric_limits<float>::quiet_NaN();
            const auto stats = *statsOfElements(DType::Float32, bytesOf(values));
            QCOMPARE(stats.nan, 1);
            QCOMPARE(stats.mean, 2.0);
        }
    }

    void bytesMayLieAtOddAddresses()
    {
        std::vector<std::byte> bytes(1);
        const auto numbers = bytesOf<float>({1, 2, 3});
        bytes.insert(bytes.end(), numbers.begin(), numbers.end());
        QCOMPARE(statsOfElements(DType::Float32, std::span(bytes).subspan(1))->mean, 2.0);
    }

    void opaqueBitsAreUnsupported()
    {
        QCOMPARE(statsOfElements(DType::Bits8, {}).error().code, ErrorCode::Unsupported);
        const auto bits = tensorStats(tensorOf<std::uint8_t>(DType::Bits8, {1, 2}), {});
        QVERIFY(!bits);
        QCOMPARE(bits.error().code, ErrorCode::Unsupported);
    }

    void theNumberOfThreadsChangesNothing_data()
    {
        QTest::addColumn<NumericTensor>("tensor");
        auto values = normal<float>(2'300'011, 0.01, 2);
        values[1'234'567] = std::numeric_limits<float>::quiet_NaN();
        QTest::newRow("float32") << tensorOf(DType::Float32, values);
        QTest::newRow("int16") << tensorOf(DType::Int16, normal<std::int16_t>(2'300'011, 100, 1000));
        auto channels = tensorOf(DType::QInt8, {3, 1'500'001},
                                 memoryFile("quantised", bytesOf(normal<std::int8_t>(4'500'003, 0, 10))));
        channels.quantization = {{0.1, 0.2, 0.3}, {1, 2, 3}, 0};
        QTest::newRow("per channel") << channels;
    }
    void theNumberOfThreadsChangesNothing()
    {
        QFETCH(NumericTensor, tensor);
        const auto one = tensorStats(tensor, {}, 1);
        QVERIFY(one);
        for (const unsigned threads : {2u, 3u, 7u, 0u})
            QVERIFY(sameBits(*tensorStats(tensor, {}, threads), *one));
    }

    void transposedNumbersAreTheSameNumbers()
    {
        const auto values = normal<double>(1'000 * 700, 5, 3);
        auto tensor = tensorOf(DType::Float64, {1'000, 700}, memoryFile("matrix", bytesOf(values)));
        const auto plain = *tensorStats(tensor, {});
        tensor.ref.shape = {700, 1'000};
        tensor.ref.strides = {1, 700};
        const auto transposed = *tensorStats(tensor, {});
        QVERIFY(close(plain.mean, transposed.mean, 1e-14) && close(plain.std, transposed.std, 1e-14));
        QCOMPARE(transposed.min, plain.min);
    }

    void stoppingEndsWithinTheBlock()
    {
        constexpr std::int64_t kNumbers = 1'000'000'000;
        const auto file = std::make_shared<const StoppingFile>(4 * kNumbers, 3);
        const auto tensor = tensorOf(DType::Float32, {kNumbers}, file);
        const auto stats = tensorStats(tensor, file->token(), 2);
        QVERIFY(!stats);
        QCOMPARE(stats.error().code, ErrorCode::Cancelled);
        QVERIFY(file->reads() <= 4);  // the other thread may just have begun one
    }

    void stoppedBeforehandReadsNothing()
    {
        const auto file = std::make_shared<const StoppingFile>(64u << 20, 1);
        std::stop_source stop;
        stop.request_stop();
        const auto stats = tensorStats(tensorOf(DType::Float32, {16 << 20}, file), stop.get_token());
        QCOMPARE(stats.error().code, ErrorCode::Cancelled);
        QCOMPARE(file->reads(), 0);
    }

    void aStorageThatEndsEarlyIsTruncated()
    {
        auto tensor =
            tensorOf(DType::Float32, {3'000'000}, memoryFile("short", bytesOf(std::vector<float>(2'999'999))));
        for (const unsigned threads : {1u, 2u}) {
            const auto stats = tensorStats(tensor, {}, threads);
            QVERIFY(!stats);
            QCOMPARE(stats.error().code, ErrorCode::Truncated);
        }
    }

    void manyTensorsAreEachDeliveredOnce()
    {
        constexpr std::size_t kCount = 3'000;
        std::vector<NumericTensor> tensors;
        for (std::size_t i = 0; i < kCount; ++i)
            tensors.push_back(tensorOf(DType::Float64, std::vector<double>{static_cast<double>(i)}));
        tensors[17] = tensorOf(DType::Float32, normal<float>(1'200'000, 1, 1));  // several blocks
        tensors[18] =
            tensorOf(DType::Float64, {500, 500}, memoryFile("matrix", bytesOf(normal<double>(250'000, 2, 1))));
        tensors[18].ref.strides = {1, 500};
        tensors[19] = tensors[18];
        tensors[20] = tensorOf(DType::Float64, std::vector<double>{});
        tensors[21].ref.dtype = DType::Bits8;
        for (const unsigned threads : {1u, 4u}) {
            std::vector<int> delivered(kCount);
            std::size_t failed = 0;
            Progress progress;
            const auto done = statsOfTensors(
                kCount, [&](std::size_t i) { return tensors[i]; }, {},
                [&](std::size_t i, const Result<TensorStats> &stats) {
                    ++delivered[i];
                    failed += stats ? 0 : 1;
                    if (stats && stats->count == 1 && stats->mean != static_cast<double>(i))
                        delivered[i] = -1;
                },
                threads, &progress);
            QVERIFY(done);
            QVERIFY(std::ranges::all_of(delivered, [](int times) { return times == 1; }));
            QCOMPARE(failed, std::size_t{1});
            QCOMPARE(progress.done.load(), std::uint64_t{(kCount - 5) * 8 + 4'800'000 + 2 * 2'000'000});
        }
    }

    void stoppingManyTensorsLeavesNobodyWaiting()
    {
        // Strided tensors are gathered one at a time, so most threads wait when the stop comes.
        for (int readsUntilStop = 1; readsUntilStop < 16; readsUntilStop += 2) {
            const auto file = std::make_shared<const StoppingFile>(2'000'000, readsUntilStop);
            auto tensor = tensorOf(DType::Float64, {500, 500}, file);
            tensor.ref.strides = {1, 500};
            int delivered = 0;
            const auto done = statsOfTensors(
                100, [&](std::size_t) { return tensor; }, file->token(), [&](auto, const auto &) { ++delivered; }, 4);
            QVERIFY(!done);
            QCOMPARE(done.error().code, ErrorCode::Cancelled);
            QVERIFY(delivered < 100);
        }
    }
};

QTEST_GUILESS_MAIN(TensorStatsTest)
#include "tensor_stats_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/tensor/tensor_series.h"
#include "tests/core/tensor/numeric_tensors.h"
#include "tests/core/tensor/reading_file.h"

#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <vector>

using namespace waypoint;
using namespace waypoint::test;

namespace {

using Moments = std::vector<std::optional<NumericTensor>>;

struct Followed
{
    TensorSeries series;
    std::optional<Error> error;
};

Followed follow(const Moments &moments, unsigned threads = 1)
{
    Followed followed;
    const auto done = seriesOfTensors(
        1, [&](std::size_t) { return moments; }, {},
        [&](std::size_t, TensorSeries series, const std::optional<Error> &error) {
            followed = {std::move(series), error};
        },
        threads);
    if (!done)
        followed.error = done.error();
    return followed;
}

NumericTensor floats(const std::vector<float> &values)
{
    return tensorOf(DType::Float32, values, {static_cast<std::int64_t>(values.size())});
}

std::vector<float> normal(std::size_t count, unsigned seed)
{
    std::mt19937_64 random(seed);
    std::normal_distribution<float> distribution(0.01f, 1);
    std::vector<float> values(count);
    for (float &value : values)
        value = distribution(random);
    return values;
}

bool close(double a, double b) { return a == b || std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b)); }

bool isClose(const TensorStats &a, const TensorStats &b)
{
    return a.count == b.count && a.zeros == b.zeros && a.nan == b.nan && a.inf == b.inf && a.min == b.min
           && a.max == b.max && close(a.mean, b.mean) && close(a.std, b.std) && close(a.l2, b.l2);
}

bool isClose(const TensorDifference &a, const TensorDifference &b)
{
    return a.count == b.count && a.changed == b.changed && a.nan == b.nan && close(a.l2, b.l2)
           && close(a.maxAbs, b.maxAbs) && close(a.normA, b.normA) && close(a.normB, b.normB) && close(a.dot, b.dot);
}

/// What each tensor and each pair alone gives.
bool isSeriesOf(const TensorSeries &series, const Moments &moments, const std::vector<std::size_t> &readable)
{
    for (std::size_t i = 0; i < readable.size(); ++i) {
        const auto &tensor = *moments[readable[i]];
        const auto &point = series[readable[i]];
        if (!point || !isClose(point->stats, *tensorStats(tensor, {})) || point->fromFirst.has_value() != (i > 0))
            return false;
        if (i == 0)
            continue;
        const auto fromPrevious = *tensorDifference(*moments[readable[i - 1]], tensor, {});
        const auto fromFirst = *tensorDifference(*moments[readable[0]], tensor, {});
        if (!isClose(*point->fromPrevious, fromPrevious) || !isClose(*point->fromFirst, fromFirst))
            return false;
    }
    return std::ranges::count_if(series, [](const auto &point) { return point.has_value(); }) == std::ssize(readable);
}

}  // namespace

class TensorSeriesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMomentIsComparedWithThePreviousAndTheFirst()
    {
        const auto [series, error] = follow({floats({3, 4}), floats({3, 0}), floats({3, 0})});
        QVERIFY(!error);
        QCOMPARE(series.size(), std::size_t{3});
        QVERIFY(!series[0]->fromPrevious && !series[0]->fromFirst);
        QCOMPARE(series[0]->stats.l2, 5.0);
        QCOMPARE(series[1]->stats.zeros, 1);
        QCOMPARE(series[1]->fromPrevious->relative(), 0.8);
        QCOMPARE(series[1]->fromFirst->relative(), 0.8);
        QVERIFY(series[2]->fromPrevious->isSame());
        QCOMPARE(series[2]->fromFirst->l2, 4.0);
    }

    void largeTensorsGiveWhatEachPairAloneGives()
    {
        Moments moments;
        for (unsigned seed = 0; seed < 5; ++seed)
            moments.emplace_back(floats(normal(200'001, seed)));
        const auto one = follow(moments, 1);
        QVERIFY(!one.error);
        QVERIFY(isSeriesOf(one.series, moments, {0, 1, 2, 3, 4}));
        QVERIFY(follow(moments, 3).series == one.series);
    }

    void missingMomentsAndOtherShapesAreLeftOut()
    {
        const Moments moments{std::nullopt,      floats({1, 2}), std::nullopt,
                              floats({1, 2, 3}), floats({1, 4}), tensorOf<double>(DType::Float64, {1, 2}, {2})};
        const auto [series, error] = follow(moments);
        QVERIFY(!error);
        QVERIFY(isSeriesOf(series, moments, {1, 4, 5}));
        QCOMPARE(series[5]->fromPrevious->l2, 2.0);
        QVERIFY(series[5]->fromFirst->isSame());
    }

    void viewsAndOtherTypesAreFollowedToo()
    {
        const auto values = normal(700 * 900, 3);
        Moments moments{tensorOf(DType::Float32, values, {700, 900}), tensorOf(DType::Float32, values, {700, 900}),
                        tensorOf(DType::BFloat16, std::vector<std::uint16_t>(700 * 900, 0x3f80), {700, 900}),
                        tensorOf(DType::Int8, std::vector<std::int8_t>(700 * 900, 2), {700, 900})};
        moments[1]->ref.strides = {1, 700};
        const auto [series, error] = follow(moments, 2);
        QVERIFY(!error);
        QVERIFY(isSeriesOf(series, moments, {0, 1, 2, 3}));
        // All of them transposed in the same way.
        for (auto &moment : moments)
            moment->ref.strides = {1, 700};
        QVERIFY(isSeriesOf(follow(moments, 2).series, moments, {0, 1, 2, 3}));
    }

    void aMomentThatCannotBeReadIsLeftOut()
    {
        const auto cut = tensorOn(memoryFile("cut.pth", std::vector<std::byte>(7)), DType::Float32, {2});
        const Moments moments{floats({1, 2}), cut, floats({1, 5})};
        const auto [series, error] = follow(moments);
        QVERIFY(isSeriesOf(series, moments, {0, 2}));
        QCOMPARE(error->code, ErrorCode::Truncated);
        QCOMPARE(error->file, std::string("cut.pth"));
        QCOMPARE(series[2]->fromPrevious->l2, 3.0);
        const auto none = follow({cut, std::nullopt});
        QVERIFY(!none.series[0] && !none.series[1]);
        QVERIFY(none.error.has_value());
    }

    void aMomentThatFailsHalfWayIsLeftOut()
    {
        constexpr std::int64_t kNumbers = 400'000;
        for (const unsigned threads : {1u, 3u}) {
            const auto failing =
                tensorOn(std::make_shared<const ReadingFile>(4 * kNumbers, 4), DType::Float32, {kNumbers});
            const Moments moments{floats(normal(kNumbers, 1)), failing, floats(normal(kNumbers, 2)),
                                  floats(normal(kNumbers, 3))};
            const auto [series, error] = follow(moments, threads);
            QVERIFY(isSeriesOf(series, moments, {0, 2, 3}));
            QCOMPARE(error->code, ErrorCode::ReadFailed);
            // The first moment is the one from which all others are compared.
            const Moments firstFails{
                tensorOn(std::make_shared<const ReadingFile>(4 * kNumbers, 4), DType::Float32, {kNumbers}), moments[0],
                moments[2]};
            QVERIFY(isSeriesOf(follow(firstFails, threads).series, firstFails, {1, 2}));
        }
    }

    void everythingIsReadOnceInLittleMemory()
    {
        constexpr std::int64_t kNumbers = 500'000;
        std::vector<std::shared_ptr<const ReadingFile>> files;
        Moments moments;
        for (int i = 0; i < 40; ++i) {
            files.push_back(std::make_shared<const ReadingFile>(4 * kNumbers));
            moments.emplace_back(tensorOn(files.back(), DType::Float32, {kNumbers}));
        }
        Progress progress;
        const auto done = seriesOfTensors(
            1, [&](std::size_t) { return moments; }, {},
            [&](std::size_t, const TensorSeries &series, const std::optional<Error> &) {
                QCOMPARE(series[39]->stats.zeros, kNumbers);
                QVERIFY(series[39]->fromFirst->isSame());
            },
            2, &progress);
        QVERIFY(done);
        for (const auto &file : files)
            QCOMPARE(file->bytesRead(), std::uint64_t{4 * kNumbers});
        QCOMPARE(progress.done.load(), std::uint64_t{40 * 4 * kNumbers});
    }

    void manyTensorsAreEachDeliveredOnce()
    {
        constexpr std::size_t kCount = 1'000;
        std::vector<Moments> all(kCount);
        for (std::size_t i = 0; i < kCount; ++i)
            all[i] = {floats({1}), floats({static_cast<float>(i)})};
        all[7] = {floats(normal(300'000, 1)), floats(normal(300'000, 2))};
        all[8] = {};
        all[9] = {tensorOf<float>(DType::Float32, {}, {0}), tensorOf<float>(DType::Float32, {}, {0})};
        for (const unsigned threads : {1u, 4u}) {
            std::vector<int> delivered(kCount);
            const auto done = seriesOfTensors(
                kCount, [&](std::size_t i) { return all[i]; }, {},
                [&](std::size_t i, const TensorSeries &series, const std::optional<Error> &error) {
                    ++delivered[i];
                    if (error || series.size() != all[i].size())
                        delivered[i] = -1;
                    if (i > 9 && series[1]->stats.max != static_cast<double>(i))
                        delivered[i] = -1;
                    if (i == 9 && !series[1]->fromFirst->isSame())
                        delivered[i] = -1;
                },
                threads);
            QVERIFY(done);
            QVERIFY(std::ranges::all_of(delivered, [](int times) { return times == 1; }));
        }
    }

    void stoppingEndsWithinTheBlock()
    {
        constexpr std::int64_t kNumbers = 1'000'000'000;
        const auto file = std::make_shared<const ReadingFile>(4 * kNumbers);
        file->stopAtRead(5);
        const auto tensor = tensorOn(file, DType::Float32, {kNumbers});
        int delivered = 0;
        const auto done = seriesOfTensors(
            3,
            [&](std::size_t) {
                return Moments{tensor, tensor, tensor};
            },
            file->token(), [&](auto, const auto &, const auto &) { ++delivered; }, 2);
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::Cancelled);
        QCOMPARE(delivered, 0);
        QVERIFY(file->reads() <= 6);  // the other thread may just have begun one
    }
};

QTEST_GUILESS_MAIN(TensorSeriesTest)
#include "tensor_series_test.moc"

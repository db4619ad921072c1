// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/tensor/element_blocks.h"
#include "core/tensor/plane_image.h"
#include "core/tensor/tensor_difference.h"
#include "tests/core/tensor/numeric_tensors.h"
#include "tests/core/tensor/reading_file.h"

#include <algorithm>
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

NumericTensor doubles(const std::vector<double> &values)
{
    return tensorOf(DType::Float64, values, {static_cast<std::int64_t>(values.size())});
}

TensorDifference differenceOf(const NumericTensor &a, const NumericTensor &b, unsigned threads = 1)
{
    const auto difference = tensorDifference(a, b, {}, threads);
    return difference ? *difference : TensorDifference{.count = -1};
}

TensorDifference differenceOf(const std::vector<double> &a, const std::vector<double> &b)
{
    return differenceOf(doubles(a), doubles(b));
}

bool close(double a, double b, double relative = 1e-12)
{
    return a == b || std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

/// As the definition has it, in long double.
template<typename T>
TensorDifference defined(const std::vector<T> &a, const std::vector<T> &b)
{
    TensorDifference out{.count = static_cast<std::int64_t>(a.size())};
    long double squares = 0;
    long double squaresA = 0;
    long double squaresB = 0;
    long double dot = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto x = static_cast<long double>(a[i]);
        const auto y = static_cast<long double>(b[i]);
        out.changed += a[i] != b[i] ? 1 : 0;
        out.maxAbs = std::max(out.maxAbs, static_cast<double>(std::abs(y - x)));
        squares += (y - x) * (y - x);
        squaresA += x * x;
        squaresB += y * y;
        dot += x * y;
    }
    out.l2 = static_cast<double>(std::sqrt(squares));
    out.normA = static_cast<double>(std::sqrt(squaresA));
    out.normB = static_cast<double>(std::sqrt(squaresB));
    out.dot = static_cast<double>(dot);
    return out;
}

bool isClose(const TensorDifference &a, const TensorDifference &b)
{
    return a.count == b.count && a.changed == b.changed && a.nan == b.nan && close(a.l2, b.l2)
           && close(a.maxAbs, b.maxAbs) && close(a.normA, b.normA) && close(a.normB, b.normB) && close(a.dot, b.dot);
}

template<typename T>
std::vector<T> normal(std::size_t count, double mean, double spread, unsigned seed = 7)
{
    std::mt19937_64 random(seed);
    std::normal_distribution<double> distribution(mean, spread);
    std::vector<T> values(count);
    for (T &value : values)
        value = static_cast<T>(distribution(random));
    return values;
}

std::vector<double> numbersOf(const NumericTensor &tensor)
{
    std::vector<double> all;
    const auto read = forEachNumber(
        tensor, {}, [&](std::span<const double> numbers) { all.insert(all.end(), numbers.begin(), numbers.end()); });
    return read ? all : std::vector<double>();
}

bool sameNumbers(const std::vector<double> &a, const std::vector<double> &b)
{
    return std::ranges::equal(a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace

class TensorDifferenceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFewNumbersGiveWhatAPersonWorksOut()
    {
        const auto difference = differenceOf({3, 0, -4, 0}, {3, 2, -4, -1.5});
        QCOMPARE(difference.count, 4);
        QCOMPARE(difference.changed, 2);
        QCOMPARE(difference.nan, 0);
        QCOMPARE(difference.l2, 2.5);
        QCOMPARE(difference.maxAbs, 2.0);
        QCOMPARE(difference.normA, 5.0);
        QCOMPARE(difference.normB, std::sqrt(25 + 6.25));
        QCOMPARE(difference.dot, 25.0);
        QCOMPARE(difference.relative(), 0.5);
        QVERIFY(close(difference.cosine(), 5 / std::sqrt(31.25)));
        QCOMPARE(difference.changedShare(), 0.5);
        QVERIFY(!difference.isSame());
    }

    void sameTensorsDifferByNothing()
    {
        const auto difference = differenceOf({1, -0.0, kNan, kInf}, {1, 0.0, kNan, kInf});
        QVERIFY(difference.isSame());
        QCOMPARE(difference.l2, 0.0);
        QCOMPARE(difference.maxAbs, 0.0);
        QCOMPARE(difference.nan, 2);
        QCOMPARE(difference.relative(), 0.0);
        QCOMPARE(difference.cosine(), 1.0);
        QCOMPARE(difference.changedShare(), 0.0);
    }

    void nothingAndZerosHaveSensibleRatios()
    {
        const auto none = differenceOf(std::vector<double>{}, {});
        QVERIFY(none.isSame());
        QCOMPARE(none.changedShare(), 0.0);
        QCOMPARE(none.cosine(), 1.0);
        const auto fromZero = differenceOf({0, 0}, {0, 3});
        QCOMPARE(fromZero.relative(), kInf);
        QVERIFY(std::isnan(fromZero.cosine()));
        const auto opposite = differenceOf({1, 1e-3}, {-1, -1e-3});
        QCOMPARE(opposite.cosine(), -1.0);
    }

    void nanAndInfinitiesFollowTheRules()
    {
        // Only one is NaN, or the signs differ: changed, and out of the sums.
        const auto left = differenceOf({kNan, 1, kInf, 3}, {1, kNan, -kInf, 7});
        QCOMPARE(left.changed, 4);
        QCOMPARE(left.nan, 3);
        QCOMPARE(left.l2, 4.0);
        QCOMPARE(left.maxAbs, 4.0);
        QCOMPARE(left.normA, 3.0);
        QCOMPARE(left.normB, 7.0);
        QCOMPARE(left.dot, 21.0);
        // A mask of -inf does not hide what changed beside it.
        const auto mask = differenceOf({-kInf, 3, -kInf}, {-kInf, 6, -kInf});
        QCOMPARE(mask.changed, 1);
        QCOMPARE(mask.nan, 2);
        QCOMPARE(mask.relative(), 1.0);
        QCOMPARE(mask.cosine(), 1.0);
        // What became infinite is infinitely far away.
        const auto away = differenceOf({1, 2}, {1, kInf});
        QCOMPARE(away.changed, 1);
        QCOMPARE(away.nan, 0);
        QCOMPARE(away.l2, kInf);
        QCOMPARE(away.maxAbs, kInf);
    }

    void oneOddNumberLeavesTheOthersAlone()
    {
        auto a = normal<float>(100'000, 0, 1);
        auto b = normal<float>(100'000, 0, 1, 8);
        auto expected = defined(a, b);
        a[70'001] = std::numeric_limits<float>::quiet_NaN();
        b[70'001] = 5;
        auto without = normal<float>(100'000, 0, 1);
        auto withoutB = normal<float>(100'000, 0, 1, 8);
        without[70'001] = withoutB[70'001] = 0;
        expected = defined(without, withoutB);
        ++expected.changed;
        expected.nan = 1;
        const std::int64_t count = std::ssize(a);
        QVERIFY(isClose(differenceOf(tensorOf(DType::Float32, a, {count}), tensorOf(DType::Float32, b, {count})),
                        expected));
    }

    void sumsAreThoseOfTheDefinition()
    {
        // Lengths around the lanes, pieces and blocks in which sums are made.
        for (const std::int64_t count : {1, 7, 8, 9, 2047, 2048, 2049, 65'535, 65'536, 65'537, 200'003}) {
            const auto size = static_cast<std::size_t>(count);
            const auto a = normal<float>(size, 0.1, 2);
            auto b = a;
            for (std::size_t i = 0; i < size; i += 3)
                b[i] += 1e-3f * a[i / 2];
            QVERIFY(isClose(differenceOf(tensorOf(DType::Float32, a, {count}), tensorOf(DType::Float32, b, {count}), 2),
                            defined(a, b)));
            const auto c = normal<double>(size, 1e6, 1e-3);
            const auto d = normal<double>(size, 1e6, 1e-3, 8);
            QVERIFY(isClose(differenceOf(c, d), defined(c, d)));
        }
    }

    void elementsAreComparedByValueWhateverTheirTypes()
    {
        // 1, 0.5, -2, 0 and 3 in each.
        const std::vector<double> values{1, 0.5, -2, 0, 3};
        const std::vector<NumericTensor> tensors{
            tensorOf<float>(DType::Float32, {1, 0.5f, -2, 0, 3}, {5}),
            tensorOf<std::uint16_t>(DType::Float16, {0x3c00, 0x3800, 0xc000, 0, 0x4200}, {5}),
            tensorOf<std::uint16_t>(DType::BFloat16, {0x3f80, 0x3f00, 0xc000, 0x8000, 0x4040}, {5}),
            tensorOf<std::uint8_t>(DType::Float8E4M3FN, {0x38, 0x30, 0xc0, 0, 0x44}, {5}),
            tensorOf<std::uint8_t>(DType::Float8E5M2, {0x3c, 0x38, 0xc0, 0, 0x42}, {5}),
            tensorOf<double>(DType::ComplexDouble, {1, 0, 0.5, 0, -2, 0, 0, 0, 3, 0}, {5}),
        };
        for (const auto &a : tensors) {
            for (const auto &b : tensors) {
                const auto same = differenceOf(a, b);
                QVERIFY(same.isSame() && same.count == 5);
                QCOMPARE(same.normA, std::sqrt(14.25));
                QCOMPARE(same.dot, 14.25);
            }
            const auto apart = differenceOf(a, doubles({1, 0.5, 2, 0, 6}));
            QCOMPARE(apart.changed, 2);
            QCOMPARE(apart.l2, 5.0);
            QCOMPARE(apart.maxAbs, 4.0);
        }
    }

    void quantizedElementsAreComparedByTheirNumbers()
    {
        auto a = tensorOf<std::int8_t>(DType::QInt8, {10, 20, 30, 40}, {2, 2});
        a.quantization = {.scales = {0.5}, .zeroPoints = {10}};
        auto b = tensorOf<std::uint8_t>(DType::QUInt8, {0, 5, 40, 120}, {2, 2});
        b.quantization = {.scales = {1, 0.25}, .zeroPoints = {0, 0}, .axis = 0};
        const auto difference = differenceOf(a, b);  // 0, 5, 10, 15 and 0, 5, 10, 30
        QCOMPARE(difference.changed, 1);
        QCOMPARE(difference.l2, 15.0);
        // Along the other axis of the same bytes: 0, 1.25, 40, 30.
        b.quantization.axis = 1;
        QCOMPARE(differenceOf(a, b).changed, 3);
        // The same stored integers mean other numbers by another scale.
        auto scaled = a;
        scaled.quantization.scales = {1};
        QCOMPARE(differenceOf(a, scaled).l2, std::sqrt(25.0 + 100 + 225));
    }

    void complexNumbersDifferByTheMagnitude()
    {
        const auto a = tensorOf<double>(DType::ComplexDouble, {0, 0, 1, 1, 2, 0, kNan, 0}, {4});
        const auto b = tensorOf<float>(DType::ComplexFloat, {3, 4, 1, 1, 0, 2, 0, 0}, {4});
        const auto difference = differenceOf(a, b);
        QCOMPARE(difference.count, 4);
        QCOMPARE(difference.changed, 3);
        QCOMPARE(difference.nan, 1);
        QCOMPARE(difference.maxAbs, 5.0);
        QVERIFY(close(difference.l2, std::sqrt(33.0)));
        QCOMPARE(difference.dot, 2.0);  // the same at index 1, at a right angle at index 2
        auto conjugated = a;
        conjugated.ref.conjugate = true;
        QCOMPARE(differenceOf(a, conjugated).l2, 2.0);
    }

    void largeIntegersAreComparedExactly()
    {
        const std::int64_t large = std::int64_t{1} << 60;
        const auto lowest = std::numeric_limits<std::int64_t>::min();
        const auto highest = std::numeric_limits<std::int64_t>::max();
        const auto difference = differenceOf(tensorOf<std::int64_t>(DType::Int64, {large, lowest, 5}, {3}),
                                             tensorOf<std::int64_t>(DType::Int64, {large + 1, highest, 5}, {3}));
        QCOMPARE(difference.changed, 2);
        QCOMPARE(difference.maxAbs, 0x1p64);
        const auto close = differenceOf(tensorOf<std::uint64_t>(DType::UInt64, {~std::uint64_t{0}}, {1}),
                                        tensorOf<std::uint64_t>(DType::UInt64, {~std::uint64_t{0} - 3}, {1}));
        QCOMPARE(close.maxAbs, 3.0);
    }

    void packedTypesAreComparedValueByValue()
    {
        // float4: 0.5 1 1.5 2 and 0.5 1 1.5 3; the shape of the x2 type counts bytes.
        auto a = tensorOf<std::uint8_t>(DType::Float4E2M1FNx2, {0x21, 0x43}, {2});
        auto b = tensorOf<std::uint8_t>(DType::Float4E2M1FNx2, {0x21, 0x53}, {2});
        auto difference = differenceOf(a, b);
        QCOMPARE(difference.count, 4);
        QCOMPARE(difference.changed, 1);
        QCOMPARE(difference.l2, 1.0);
        QCOMPARE(numbersOf(*differenceTensor(a, b)), (std::vector<double>{0, 0, 0, 1}));
        const auto bytes = tensorOf<std::uint8_t>(DType::UInt8, {1, 2}, {2});
        QCOMPARE(tensorDifference(a, bytes, {}).error().code, ErrorCode::BadArgument);
        // Three float6 end in the middle of a byte.
        const std::vector<std::uint8_t> stored{0x08, 0x02, 0x00};
        difference = differenceOf(tensorOf(DType::Float6E2M3FN, stored, {3}), doubles({1, 1, 0}));
        QCOMPARE(difference.count, 3);
        QCOMPARE(difference.changed, 0);
    }

    void viewsAreComparedByTheirPlaces()
    {
        const auto values = normal<float>(300 * 500, 0, 1);
        std::vector<float> turned(values.size());
        for (std::size_t row = 0; row < 300; ++row)
            for (std::size_t column = 0; column < 500; ++column)
                turned[column * 300 + row] = values[row * 500 + column];
        const auto plain = tensorOf(DType::Float32, values, {300, 500});
        auto transposed = tensorOf(DType::Float32, turned, {300, 500});
        transposed.ref.strides = {1, 300};
        QVERIFY(differenceOf(plain, transposed).isSame());
        QVERIFY(differenceOf(transposed, transposed).isSame());
        turned[150 * 300 + 20] += 4;
        auto other = tensorOf(DType::Float32, turned, {300, 500});
        other.ref.strides = {1, 300};
        for (const auto &difference : {differenceOf(plain, other), differenceOf(transposed, other)}) {
            QCOMPARE(difference.changed, 1);
            QVERIFY(close(difference.l2, 4, 1e-6));
            QVERIFY(close(difference.normA, defined(values, values).normA));
        }
        // Every other column, and a row spread over all rows.
        auto sliced = plain;
        sliced.ref.shape = {300, 250};
        sliced.ref.strides = {500, 2};
        auto spread = plain;
        spread.ref.shape = {300, 250};
        spread.ref.strides = {0, 1};
        std::vector<float> evens;
        std::vector<float> firsts;
        for (std::size_t i = 0; i < values.size(); i += 2) {
            evens.push_back(values[i]);
            firsts.push_back(values[i / 2 % 250]);
        }
        QVERIFY(isClose(differenceOf(sliced, spread), defined(evens, firsts)));
    }

    void quantizedViewsKeepTheirChannels()
    {
        // Columns with scales 1, 10, 100, stored column by column.
        auto a = tensorOf<std::int8_t>(DType::QInt8, {1, 2, 1, 2, 1, 2}, {2, 3});
        a.ref.strides = {1, 2};
        a.quantization = {.scales = {1, 10, 100}, .zeroPoints = {0, 0, 0}, .axis = 1};
        auto b = a;
        b.storage = tensorOf<std::int8_t>(DType::QInt8, {1, 2, 1, 2, 1, 3}, {2, 3}).storage;
        QCOMPARE(differenceOf(a, b).l2, 100.0);
        QCOMPARE(differenceOf(a, tensorOf<double>(DType::Float64, {1, 10, 100, 2, 20, 200}, {2, 3})).changed, 0);
    }

    void theNumberOfThreadsChangesNoDigit()
    {
        const auto a = tensorOf(DType::Float32, normal<float>(3'000'000, 0, 1), {3'000'000});
        const auto b = tensorOf(DType::Float32, normal<float>(3'000'000, 1e-3, 1, 8), {3'000'000});
        const auto one = differenceOf(a, b, 1);
        QVERIFY(one.changed > 0);
        QVERIFY(differenceOf(a, b, 2) == one);
        QVERIFY(differenceOf(a, b, 5) == one);
    }

    void whatLiesInOnePlaceIsReadOnce()
    {
        const auto file = std::make_shared<const ReadingFile>(4'000'000);
        const auto tensor = tensorOn(file, DType::Float32, {1'000'000});
        QVERIFY(differenceOf(tensor, tensor).isSame());
        QCOMPARE(file->bytesRead(), std::uint64_t{4'000'000});
    }

    void otherShapesAreABadArgument()
    {
        const auto a = tensorOf<float>(DType::Float32, {1, 2, 3, 4}, {4});
        const auto b = tensorOf<float>(DType::Float32, {1, 2, 3, 4}, {2, 2});
        const auto difference = tensorDifference(a, b, {});
        QVERIFY(!difference);
        QCOMPARE(difference.error().code, ErrorCode::BadArgument);
        QCOMPARE(differenceTensor(a, b).error().code, ErrorCode::BadArgument);
    }

    void theFileAtFaultIsNamed()
    {
        const auto whole = tensorOn(memoryFile("a.pth", std::vector<std::byte>(12)), DType::Float32, {3});
        const auto cut = tensorOn(memoryFile("b.pth", std::vector<std::byte>(11)), DType::Float32, {3});
        for (const auto &difference : {tensorDifference(whole, cut, {}), tensorDifference(cut, whole, {})}) {
            QCOMPARE(difference.error().code, ErrorCode::Truncated);
            QCOMPARE(difference.error().file, std::string("b.pth"));
        }
        const auto failing = tensorOn(std::make_shared<const ReadingFile>(4'000'000, 2), DType::Float32, {1'000'000});
        const auto zeros = tensorOn(std::make_shared<const ReadingFile>(4'000'000), DType::Float32, {1'000'000});
        const auto failed = tensorDifference(zeros, failing, {}, 2);
        QCOMPARE(failed.error().code, ErrorCode::ReadFailed);
        QCOMPARE(failed.error().file, failing.storage.source->open(0).operator*()->name());
    }

    void whatIsNoNumberIsUnsupported()
    {
        const auto bits = tensorOf<std::uint8_t>(DType::Bits8, {1, 2}, {2});
        auto sparse = tensorOf<float>(DType::Float32, {1, 2}, {2});
        sparse.ref.layout = TensorLayout::SparseCoo;
        for (const auto &tensor : {bits, sparse}) {
            QCOMPARE(tensorDifference(tensor, tensor, {}).error().code, ErrorCode::Unsupported);
            QCOMPARE(differenceTensor(tensor, tensor).error().code, ErrorCode::Unsupported);
        }
    }

    void manyPairsAreEachDeliveredOnce()
    {
        constexpr std::size_t kCount = 2'000;
        std::vector<std::pair<NumericTensor, NumericTensor>> pairs;
        for (std::size_t i = 0; i < kCount; ++i)
            pairs.emplace_back(doubles({0}), doubles({static_cast<double>(i)}));
        const std::int64_t large = 600'000;
        pairs[17] = {tensorOf(DType::Float32, normal<float>(large, 1, 1), {large}),
                     tensorOf(DType::Float32, normal<float>(large, 1, 1, 9), {large})};
        pairs[18] = {tensorOf(DType::Float64, normal<double>(250'000, 2, 1), {500, 500}),
                     tensorOf(DType::Float64, normal<double>(250'000, 2, 1, 9), {500, 500})};
        pairs[18].second.ref.strides = {1, 500};
        pairs[19] = pairs[18];
        pairs[20] = {doubles({}), doubles({})};
        pairs[21].second = doubles({1, 2});
        for (const unsigned threads : {1u, 4u}) {
            std::vector<int> delivered(kCount);
            std::size_t failed = 0;
            Progress progress;
            const auto done = differencesOfTensors(
                kCount, [&](std::size_t i) { return pairs[i]; }, {},
                [&](std::size_t i, const Result<TensorDifference> &difference) {
                    ++delivered[i];
                    failed += difference ? 0 : 1;
                    if (difference && difference->count == 1 && difference->l2 != static_cast<double>(i))
                        delivered[i] = -1;
                },
                threads, &progress);
            QVERIFY(done);
            QVERIFY(std::ranges::all_of(delivered, [](int times) { return times == 1; }));
            QCOMPARE(failed, std::size_t{1});
            QCOMPARE(progress.done.load(), std::uint64_t{(kCount - 5) * 16 + 2 * 2'400'000 + 4 * 2'000'000});
        }
    }

    void aPairThatCannotBeFoundIsAResult()
    {
        int delivered = 0;
        const auto done = differencesOfTensors(
            2,
            [&](std::size_t i) -> Result<std::pair<NumericTensor, NumericTensor>> {
                if (i == 0)
                    return Error{ErrorCode::NotFound, "no such tensor"};
                return std::pair(doubles({1}), doubles({1}));
            },
            {},
            [&](std::size_t i, const Result<TensorDifference> &difference) {
                ++delivered;
                QCOMPARE(static_cast<bool>(difference), i == 1);
            },
            1);
        QVERIFY(done);
        QCOMPARE(delivered, 2);
    }

    void stoppingEndsWithinTheBlock()
    {
        constexpr std::int64_t kNumbers = 1'000'000'000;
        const auto file = std::make_shared<const ReadingFile>(4 * kNumbers);
        file->stopAtRead(3);
        const auto tensor = tensorOn(file, DType::Float32, {kNumbers});
        const auto zeros = tensorOn(std::make_shared<const ReadingFile>(4 * kNumbers), DType::Float32, {kNumbers});
        const auto difference = tensorDifference(tensor, zeros, file->token(), 2);
        QVERIFY(!difference);
        QCOMPARE(difference.error().code, ErrorCode::Cancelled);
        QVERIFY(file->reads() <= 4);  // the other thread may just have begun one
    }

    void theDifferenceIsATensorThatCanBeReadAnyWay()
    {
        const auto a = normal<float>(300 * 700, 0, 1);
        const auto b = normal<float>(300 * 700, 0, 1, 8);
        std::vector<double> expected;
        for (std::size_t i = 0; i < a.size(); ++i)
            expected.push_back(static_cast<double>(b[i]) - static_cast<double>(a[i]));
        const auto plainA = tensorOf(DType::Float32, a, {300, 700});
        const auto plainB = tensorOf(DType::Float32, b, {300, 700});
        const auto difference = *differenceTensor(plainA, plainB);
        QCOMPARE(difference.ref.shape, (SmallDims{300, 700}));
        QVERIFY(difference.ref.isContiguous());
        QCOMPARE(numbersOf(difference), expected);
        // A window of it.
        const PlaneWindow window{.fixed = {0, 0},
                                 .rowDim = 0,
                                 .columnDim = 1,
                                 .firstRow = 290,
                                 .rows = 10,
                                 .firstColumn = 5,
                                 .columns = 3,
                                 .columnStep = 200};
        const auto elements = *readWindow(difference, window, {});
        for (std::size_t row = 0; row < 10; ++row)
            for (std::size_t column = 0; column < 3; ++column)
                QCOMPARE(elements[row * 3 + column].real, expected[(290 + row) * 700 + 5 + 200 * column]);
        const auto image = *windowImage(difference, wholePlane(difference, {.rowDim = 0, .columnDim = 1}), 70, 30, {});
        QCOMPARE(image.min, *std::ranges::min_element(expected));
        QCOMPARE(image.max, *std::ranges::max_element(expected));
        // Single bytes, as a file.
        const auto file = *difference.storage.source->open(0);
        std::array<std::byte, 11> bytes{};
        QCOMPARE(*file->readAt({8 * 32'768 - 3}, bytes), bytes.size());
        QVERIFY(std::ranges::equal(bytes, std::as_bytes(std::span(expected)).subspan(8 * 32'768 - 3, bytes.size())));
        QCOMPARE(*file->readAt({8 * 300 * 700 - 5}, bytes), std::size_t{5});
        QCOMPARE(*file->readAt({8 * 300 * 700 + 5}, bytes), std::size_t{0});
    }

    void theDifferenceOfViewsIsTheSame()
    {
        const auto a = normal<double>(900 * 800, 0, 1);
        const auto b = normal<double>(900 * 800, 0, 1, 8);
        auto transposed = tensorOf(DType::Float64, b, {900, 800});
        transposed.ref.strides = {1, 900};
        const auto difference = *differenceTensor(tensorOf(DType::Float64, a, {900, 800}), transposed);
        std::vector<double> expected;
        for (std::size_t i = 0; i < a.size(); ++i)
            expected.push_back(b[i % 800 * 900 + i / 800] - a[i]);
        QCOMPARE(numbersOf(difference), expected);
    }

    void oddDifferencesReadAsIeeeHasThem()
    {
        const auto a = doubles({kNan, kNan, kInf, kInf, 1});
        const auto b = doubles({kNan, 1, kInf, -kInf, kInf});
        QVERIFY(sameNumbers(numbersOf(*differenceTensor(a, b)), {0, kNan, 0, -kInf, kInf}));
        const auto c = tensorOf<double>(DType::ComplexDouble, {1, 2, kNan, 0, kInf, 1, kNan, kInf}, {4});
        const auto d = tensorOf<double>(DType::ComplexDouble, {4, 6, 1, kInf, kInf, 3, kInf, kNan}, {4});
        QVERIFY(sameNumbers(numbersOf(*differenceTensor(c, d)), {5, kNan, 2, 0}));
    }

    void anEmptyDifferenceHasNothingToRead()
    {
        const auto a = tensorOf<float>(DType::Float32, {}, {0, 3});
        const auto difference = *differenceTensor(a, a);
        QCOMPARE(difference.ref.shape, (SmallDims{0, 3}));
        QVERIFY(forEachNumber(difference, {}, [](auto) { QFAIL("there is no number"); }));
    }

    void aDifferenceThatCannotBeReadSaysWhichFile()
    {
        const auto zeros = tensorOn(std::make_shared<const ReadingFile>(4'000'000), DType::Float32, {1'000'000});
        const auto failing = tensorOn(std::make_shared<const ReadingFile>(4'000'000, 2), DType::Float32, {1'000'000});
        const auto read = forEachNumber(*differenceTensor(zeros, failing), {}, [](auto) {});
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::ReadFailed);
        QCOMPARE(read.error().file, failing.storage.source->open(0).operator*()->name());
    }
};

QTEST_GUILESS_MAIN(TensorDifferenceTest)
#include "tensor_difference_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/tensor/numeric_tensor.h"
#include "tests/support/memory_storage.h"

#include <bit>
#include <cmath>
#include <limits>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using Numbers = std::vector<double>;

std::vector<std::byte> bytes(const std::vector<int> &values)
{
    std::vector<std::byte> out;
    for (const int value : values)
        out.push_back(static_cast<std::byte>(value));
    return out;
}

template<typename T>
std::vector<std::byte> bytesOf(const std::vector<T> &values)
{
    const auto span = std::as_bytes(std::span(values));
    return {span.begin(), span.end()};
}

NumericTensor tensorOf(DType dtype, SmallDims shape, std::vector<std::byte> stored)
{
    NumericTensor tensor;
    tensor.ref.dtype = dtype;
    tensor.ref.strides = contiguousStrides(shape);
    tensor.ref.shape = std::move(shape);
    tensor.storage = storageOf(memoryFile("numbers", std::move(stored)), dtype);
    return tensor;
}

Numbers numbersOf(const NumericTensor &tensor)
{
    Numbers out;
    const auto read = forEachNumber(
        tensor, {}, [&](std::span<const double> numbers) { out.insert(out.end(), numbers.begin(), numbers.end()); });
    return read ? out : Numbers{-12345};
}

Numbers appended(DType dtype, const std::vector<std::byte> &stored)
{
    Numbers out;
    return appendNumbers(dtype, stored, out) ? out : Numbers{-12345};
}

bool same(const Numbers &a, const Numbers &b)
{
    return std::ranges::equal(a, b, [](double x, double y) {
        return std::isnan(x) ? std::isnan(y) : x == y && std::signbit(x) == std::signbit(y);
    });
}

}  // namespace

class NumericTensorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTypeOfNumberIsDecoded_data()
    {
        QTest::addColumn<DType>("dtype");
        QTest::addColumn<std::vector<std::byte>>("stored");
        QTest::addColumn<Numbers>("expected");
        const auto add = [](DType dtype, const std::vector<std::byte> &stored, const Numbers &expected) {
            const auto name = std::string(dtypeName(dtype)) + (dtype == DType::Float4E2M1FN ? " of safetensors" : "");
            QTest::newRow(name.c_str()) << dtype << stored << expected;
        };
        add(DType::Bool, bytes({0, 1, 2}), {0, 1, 1});
        add(DType::UInt8, bytes({0, 200}), {0, 200});
        add(DType::Int8, bytes({0x80, 0xff}), {-128, -1});
        add(DType::UInt16, bytesOf<std::uint16_t>({65535}), {65535});
        add(DType::Int16, bytesOf<std::int16_t>({-32768}), {-32768});
        add(DType::UInt32, bytesOf<std::uint32_t>({4294967295u}), {4294967295.0});
        add(DType::Int32, bytesOf<std::int32_t>({-7}), {-7});
        add(DType::UInt64, bytesOf<std::uint64_t>({1ull << 63}), {0x1p63});
        add(DType::Int64, bytesOf<std::int64_t>({-(1ll << 40)}), {-0x1p40});
        // 1, -2, the largest, the smallest normal, the smallest and largest subnormal, -0, infinity, NaN
        add(DType::Float16,
            bytesOf<std::uint16_t>({0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x03ff, 0x8000, 0x7c00, 0xfc00, 0x7e00}),
            {1, -2, 65504, 0x1p-14, 0x1p-24, 1023 * 0x1p-24, -0.0, kInf, -kInf, kNan});
        add(DType::BFloat16, bytesOf<std::uint16_t>({0x3f80, 0xc040, 0x0001, 0x7f80, 0x7fc0}),
            {1, -3, 0x1p-133, kInf, kNan});
        add(DType::Float32, bytesOf<float>({0.1f, 1e-45f}), {static_cast<double>(0.1f), 0x1p-149});
        add(DType::Float64, bytesOf<double>({0.1, 5e-324}), {0.1, 5e-324});
        add(DType::ComplexHalf, bytesOf<std::uint16_t>({0x4200, 0x4400}), {5});  // 3 + 4j
        add(DType::ComplexFloat, bytesOf<float>({3, -4, -1, 0}), {5, 1});
        add(DType::ComplexDouble, bytesOf<double>({0x3p600, 0x4p600}), {0x5p600});
        add(DType::Float8E5M2, bytes({0x3c, 0xbc, 0x7b, 0x01, 0x7c, 0xfc, 0x7f, 0x80}),
            {1, -1, 57344, 0x1p-16, kInf, -kInf, kNan, -0.0});
        add(DType::Float8E4M3FN, bytes({0x38, 0xb8, 0x7e, 0x01, 0x7f, 0xff, 0x80}),
            {1, -1, 448, 0x1p-9, kNan, kNan, -0.0});
        add(DType::Float8E5M2FNUZ, bytes({0x40, 0xc0, 0x7f, 0x01, 0x80}), {1, -1, 57344, 0x1p-17, kNan});
        add(DType::Float8E4M3FNUZ, bytes({0x40, 0xc0, 0x7f, 0x01, 0x80}), {1, -1, 240, 0x1p-10, kNan});
        add(DType::Float8E8M0FNU, bytes({127, 128, 0, 254, 255}), {1, 2, 0x1p-127, 0x1p127, kNan});
        // the low four bits come first
        add(DType::Float4E2M1FNx2, bytes({0x10, 0x32, 0x54, 0x76, 0xf8}), {0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -6});
        add(DType::Float4E2M1FN, bytes({0xa1}), {0.5, -1});
        // codes 8, 31, 32, 1 from the lowest bits on
        add(DType::Float6E2M3FN, bytes({0xc8, 0x07, 0x06}), {1, 7.5, -0.0, 0.125});
        add(DType::Float6E3M2FN, bytes({0xc8, 0x07, 0x06}), {0.5, 28, -0.0, 0.0625});
        add(DType::QInt8, bytes({0xff}), {-1});
        add(DType::QUInt8, bytes({0xff}), {255});
        add(DType::QInt32, bytesOf<std::int32_t>({-9}), {-9});
        add(DType::QUInt4x2, bytes({0x21, 0x43}), {1, 2, 3, 4});
        add(DType::QUInt2x4, bytes({0xe4}), {0, 1, 2, 3});
    }
    void everyTypeOfNumberIsDecoded()
    {
        QFETCH(DType, dtype);
        QFETCH(std::vector<std::byte>, stored);
        QFETCH(Numbers, expected);
        const Numbers numbers = appended(dtype, stored);
        QVERIFY2(same(numbers, expected), qPrintable(QStringLiteral("%1 numbers").arg(numbers.size())));
    }

    void everyHalfIsWhatTheStandardSays()
    {
        for (unsigned code = 0; code < 0x8000; ++code) {
            const int exponent = static_cast<int>(code >> 10);
            const double fraction = code & 0x3ff;
            double expected = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
            if (exponent == 31)
                expected = fraction == 0 ? kInf : kNan;
            const auto half = static_cast<std::uint16_t>(code);
            const auto minus = static_cast<std::uint16_t>(code | 0x8000);
            if (!same(appended(DType::Float16, bytesOf<std::uint16_t>({half, minus})), {expected, -expected}))
                QFAIL(qPrintable(QString::number(code, 16)));
        }
    }

    void opaqueBitsAreNoNumbers()
    {
        Numbers into{1};
        QVERIFY(!appendNumbers(DType::Bits8, bytes({1, 2}), into));
        QCOMPARE(into, Numbers{1});
        const auto read = forEachNumber(tensorOf(DType::Bits16, {1}, bytes({1, 2})), {}, [](auto) {});
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::Unsupported);
    }

    void stridesBigEndianAndNegationAreUndone()
    {
        auto tensor = tensorOf(DType::Int16, {2, 3}, bytes({0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6}));
        tensor.storage.bigEndian = true;
        QCOMPARE(numbersOf(tensor), (Numbers{1, 2, 3, 4, 5, 6}));
        tensor.ref.shape = {3, 2};
        tensor.ref.strides = {1, 3};
        tensor.ref.negative = true;
        QCOMPARE(numbersOf(tensor), (Numbers{-1, -4, -2, -5, -3, -6}));
    }

    void quantisedTensorsGiveTheirValues()
    {
        auto tensor = tensorOf(DType::QUInt8, {4}, bytes({0, 10, 11, 255}));
        tensor.quantization = {{0.5}, {10}, 0};
        QCOMPARE(numbersOf(tensor), (Numbers{-5, 0, 0.5, 122.5}));
    }

    void eachChannelHasItsScale()
    {
        auto tensor = tensorOf(DType::QInt8, {2, 3, 2}, bytes({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
        tensor.quantization = {{1, 10, 100}, {0, 1, 2}, 1};
        QCOMPARE(numbersOf(tensor), (Numbers{0, 1, 10, 20, 200, 300, 6, 7, 70, 80, 800, 900}));
        tensor.quantization.axis = 0;
        tensor.quantization.scales = {1, 2};
        QCOMPARE(numbersOf(tensor), (Numbers{0, 1, 2, 3, 4, 5, 10, 12, 14, 16, 18, 20}));
        tensor.quantization.axis = 2;
        QCOMPARE(numbersOf(tensor), (Numbers{0, 0, 2, 4, 4, 8, 6, 12, 8, 16, 10, 20}));
    }

    void aChannelMayGoOnInTheNextBlock()
    {
        // Channels of 700,000 bytes cross the blocks of a mebibyte and the small pieces inside them.
        std::vector<std::byte> stored(3 * 700'000, std::byte{3});
        auto tensor = tensorOf(DType::QInt8, {3, 700'000}, std::move(stored));
        tensor.quantization = {{1, 2, 4}, {1, 1, 1}, 0};
        const Numbers numbers = numbersOf(tensor);
        QCOMPARE(numbers.size(), std::size_t{2'100'000});
        for (std::size_t i = 0; i < numbers.size(); ++i)
            if (numbers[i] != (i < 700'000 ? 2 : i < 1'400'000 ? 4 : 8))
                QFAIL(qPrintable(QString::number(i)));
    }

    void packedTypesLeaveOutWhatOnlyFillsTheLastByte()
    {
        // As torch packs rows of 5: quantize_per_channel(arange(15.).reshape(3, 5), [1, .5, 1], [0, 1, .5], 0,
        // torch.quint4x2).
        auto tensor = tensorOf(DType::QUInt4x2, {3, 5}, bytes({0x10, 0x32, 0xb4, 0xfd, 0xff, 0xca, 0xec, 0x0e, 0x50}));
        tensor.quantization = {{1, 0.5, 1}, {0, 1, 0.5}, 0};
        QCOMPARE(numbersOf(tensor), (Numbers{0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 9.5, 11.5, 11.5, 13.5, 13.5}));
        QCOMPARE(numberCount(tensor.ref), 15);
        QCOMPARE(numbersOf(tensorOf(DType::Float4E2M1FN, {3}, bytes({0x21, 0xf3}))), (Numbers{0.5, 1, 1.5}));
        const auto pairs = tensorOf(DType::Float4E2M1FNx2, {2}, bytes({0x21, 0x43}));
        QCOMPARE(numbersOf(pairs), (Numbers{0.5, 1, 1.5, 2}));
        QCOMPARE(numberCount(pairs.ref), 4);
    }

    void groupsOfFloat6AreNotCutByBlocks()
    {
        constexpr std::size_t kGroups = 1'000'000;
        std::vector<std::byte> stored;
        for (std::size_t i = 0; i < kGroups; ++i)
            for (const int byte : {0xc8, 0x07, 0x06})
                stored.push_back(static_cast<std::byte>(byte));
        const Numbers numbers = numbersOf(tensorOf(DType::Float6E2M3FN, {4 * kGroups}, std::move(stored)));
        QCOMPARE(numbers.size(), 4 * kGroups);
        for (std::size_t i = 0; i < numbers.size(); i += 4)
            if (!same({numbers.begin() + static_cast<std::ptrdiff_t>(i),
                       numbers.begin() + static_cast<std::ptrdiff_t>(i + 4)},
                      {1, 7.5, -0.0, 0.125}))
                QFAIL(qPrintable(QString::number(i)));
    }

    void missingBytesAreTruncated()
    {
        const auto read = forEachNumber(tensorOf(DType::Float32, {3}, bytes({0, 0, 0, 0, 0})), {}, [](auto) {});
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::Truncated);
    }
};

QTEST_GUILESS_MAIN(NumericTensorTest)
#include "numeric_tensor_test.moc"

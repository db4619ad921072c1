// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/tensor/tensor_window.h"
#include "tests/core/tensor/numeric_tensors.h"
#include "tests/support/fault_file.h"
#include "tests/support/python.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

#include <limits>
#include <random>

using namespace waypoint;
using namespace waypoint::test;

namespace {

std::vector<std::string> textsOf(const Result<std::vector<Element>> &elements)
{
    std::vector<std::string> texts;
    if (!elements)
        return {elements.error().detail};
    for (const auto &element : *elements)
        texts.push_back(elementText(element));
    return texts;
}

std::vector<double> valuesOf(const Result<std::vector<Element>> &elements)
{
    std::vector<double> values;
    if (elements)
        for (const auto &element : *elements)
            values.push_back(element.real);
    return values;
}

/// Texts of all elements of a 1-D tensor.
template<typename Stored>
std::vector<std::string> textsFrom(DType dtype, const std::vector<Stored> &stored)
{
    const auto units = std::max<std::size_t>(dtypeBytes(dtype) / sizeof(Stored), 1);
    const auto count = static_cast<std::int64_t>(stored.size() / units);
    return textsOf(readElements(tensorOf(dtype, stored, {count}), 0, count, {}));
}

PlaneWindow plane(std::size_t rowDim, std::size_t columnDim, std::vector<std::int64_t> fixed)
{
    PlaneWindow window;
    window.fixed = std::move(fixed);
    window.rowDim = rowDim;
    window.columnDim = columnDim;
    return window;
}

using Texts = std::vector<std::string>;
using Values = std::vector<double>;

}  // namespace

class TensorWindowTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWindowHasRowsAndColumnsOfTheChosenDimensions()
    {
        // Element [a, b, c] is 100a + 10b + c.
        std::vector<float> stored;
        for (int a = 0; a < 3; ++a)
            for (int b = 0; b < 4; ++b)
                for (int c = 0; c < 5; ++c)
                    stored.push_back(static_cast<float>(100 * a + 10 * b + c));
        const auto tensor = tensorOf(DType::Float32, stored, {3, 4, 5});
        auto window = plane(1, 2, {2, -7, -7});
        window.firstRow = 1;
        window.rows = 2;
        window.firstColumn = 2;
        window.columns = 3;
        QCOMPARE(valuesOf(readWindow(tensor, window, {})), (Values{212, 213, 214, 222, 223, 224}));
        window = plane(2, 0, {0, 3, 0});
        window.rows = 3;
        window.rowStep = 2;
        window.columns = 2;
        window.columnStep = 2;
        QCOMPARE(valuesOf(readWindow(tensor, window, {})), (Values{30, 230, 32, 232, 34, 234}));
    }

    void aScalarAndARowAreWindowsToo()
    {
        QCOMPARE(textsOf(readWindow(tensorOf<float>(DType::Float32, {1.5F}, {}), {}, {})), Texts{"1.5"});
        PlaneWindow row;
        row.columnDim = 0;
        row.firstColumn = 1;
        row.columns = 2;
        QCOMPARE(textsOf(readWindow(tensorOf<std::int32_t>(DType::Int32, {7, -8, 9}, {3}), row, {})),
                 (Texts{"-8", "9"}));
    }

    void aWindowOutsideIsRefused()
    {
        const auto tensor = tensorOf<float>(DType::Float32, {1, 2, 3, 4}, {2, 2});
        auto window = plane(0, 1, {});
        window.rows = 3;
        QCOMPARE(readWindow(tensor, window, {}).error().code, ErrorCode::BadArgument);
        window.rows = 1;
        window.firstColumn = -1;
        QCOMPARE(readWindow(tensor, window, {}).error().code, ErrorCode::BadArgument);
        window.firstColumn = 1;
        window.columnStep = std::numeric_limits<std::int64_t>::max();
        window.columns = 3;
        QCOMPARE(readWindow(tensor, window, {}).error().code, ErrorCode::BadArgument);
        QCOMPARE(readWindow(tensor, plane(0, 0, {0, 0}), {}).error().code, ErrorCode::BadArgument);
        QCOMPARE(readWindow(tensor, plane(0, 2, {0, 0}), {}).error().code, ErrorCode::BadArgument);
        QCOMPARE(readElements(tensor, 3, 2, {}).error().code, ErrorCode::BadArgument);
        PlaneWindow fixedOutside;
        fixedOutside.columnDim = 1;
        fixedOutside.fixed = {2, 0};
        QCOMPARE(readWindow(tensor, fixedOutside, {}).error().code, ErrorCode::BadArgument);
    }

    void wholeNumbersAreExact()
    {
        constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
        QCOMPARE(textsFrom<std::int64_t>(DType::Int64, {kLeast, 9007199254740993, -1}),
                 (Texts{"-9223372036854775808", "9007199254740993", "-1"}));
        QCOMPARE(textsFrom<std::uint64_t>(DType::UInt64, {18446744073709551615u, 9007199254740993u}),
                 (Texts{"18446744073709551615", "9007199254740993"}));
        QCOMPARE(textsFrom<std::uint8_t>(DType::Bool, {0, 1, 2}), (Texts{"False", "True", "True"}));
        QCOMPARE(textsFrom<std::int8_t>(DType::Int8, {-128, 127}), (Texts{"-128", "127"}));
    }

    void floatsAreAsShortAsTheirTypeAllows()
    {
        constexpr auto kInfinity = std::numeric_limits<float>::infinity();
        QCOMPARE(textsFrom<float>(DType::Float32, {0.1F, -0.0F, 16777216.0F, 1e-45F, kInfinity, -kInfinity}),
                 (Texts{"0.1", "-0", "16777216", "1e-45", "inf", "-inf"}));
        QCOMPARE(textsFrom<double>(DType::Float64, {0.1, 0.1F, std::numeric_limits<double>::quiet_NaN()}),
                 (Texts{"0.1", "0.10000000149011612", "nan"}));
        QCOMPARE(textsFrom<std::uint16_t>(DType::BFloat16, {0x3dcd, 0x4049, 0x7f7f, 0xff80}),
                 (Texts{"0.1", "3.14", "3.39e+38", "-inf"}));
        QCOMPARE(textsFrom<std::uint8_t>(DType::Float8E4M3FN, {0x1d, 0x7e, 0x7f, 0x01}),
                 (Texts{"0.1", "450", "nan", "0.002"}));
        QCOMPARE(textsFrom<float>(DType::ComplexFloat, {1, 2, 0.1F, -0.5F, 0, std::nanf("")}),
                 (Texts{"(1+2j)", "(0.1-0.5j)", "(0+nanj)"}));
    }

    void everyHalfIsWrittenAsNumPyWritesIt()
    {
        std::vector<std::uint16_t> all(65536);
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = static_cast<std::uint16_t>(i);
        QTemporaryDir folder;
        QFile file(folder.filePath("texts"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (const auto &text : textsFrom(DType::Float16, all))
            file.write(QByteArray::fromStdString(text) + '\n');
        file.close();
        // The same number, in no more digits than NumPy needs.
        QCOMPARE(runPython(QStringLiteral(R"(
import sys, numpy as np
def digits(t): return len(t.lower().split('e')[0].replace('-', '').replace('.', '').strip('0'))
texts = open(sys.argv[1]).read().split()
wrong = []
for bits, text in enumerate(texts):
    value = np.array([bits], np.uint16).view(np.float16)[0]
    if np.isnan(value):
        if text != 'nan': wrong.append((bits, text))
    elif np.float16(text).view(np.uint16) != bits: wrong.append((bits, text))
    elif np.isfinite(value) and digits(text) > digits(np.format_float_scientific(value, unique=True)):
        wrong.append((bits, text, str(value)))
print(len(texts), wrong[:5])
)"),
                           {file.fileName()}),
                 QStringLiteral("65536 []\n"));
    }

    void digitsCanBeChosen()
    {
        const Element element{.dtype = DType::Float64, .real = 1234.56789};
        QCOMPARE(elementText(element, 4), std::string("1235"));
        QCOMPARE(elementText(element, 6), std::string("1234.57"));
        const Element whole{.kind = Element::Kind::Integer, .dtype = DType::Int64, .integer = 1234567};
        QCOMPARE(elementText(whole, 2), std::string("1234567"));
    }

    void stridesByteOrderAndLazySignsAreFollowed()
    {
        auto tensor = tensorOf<float>(DType::Float32, {0, 1, 2, 3, 4, 5}, {2, 3});
        tensor.ref.shape = {3, 2};
        tensor.ref.strides = {1, 3};
        auto all = plane(0, 1, {});
        all.rows = 3;
        all.columns = 2;
        QCOMPARE(valuesOf(readWindow(tensor, all, {})), (Values{0, 3, 1, 4, 2, 5}));
        tensor.ref.negative = true;
        QCOMPARE(valuesOf(readElements(tensor, 1, 3, {})), (Values{-3, -1, -4}));
        tensor.ref.negative = false;
        tensor.ref.strides = {0, 1};
        tensor.ref.offset = 4;
        QCOMPARE(valuesOf(readWindow(tensor, all, {})), (Values{4, 5, 4, 5, 4, 5}));

        auto big = tensorOf<std::uint16_t>(DType::Int16, {0x0201, 0xffff}, {2});
        big.storage.bigEndian = true;
        QCOMPARE(textsOf(readElements(big, 0, 2, {})), (Texts{"258", "-1"}));

        auto complex = tensorOf<float>(DType::ComplexFloat, {1, 2, 3, 4}, {2});
        complex.ref.conjugate = true;
        QCOMPARE(textsOf(readElements(complex, 0, 2, {})), (Texts{"(1-2j)", "(3-4j)"}));
    }

    void quantisedElementsHaveTheirChannelsScale()
    {
        auto tensor = tensorOf<std::int8_t>(DType::QInt8, {10, 20, 30, 40, 50, 60}, {3, 2});
        tensor.quantization = {.scales = {0.5, 0.25, 2}, .zeroPoints = {0, 4, 10}, .axis = 0};
        QCOMPARE(valuesOf(readElements(tensor, 1, 4, {})), (Values{10, 6.5, 9, 80}));
        auto window = plane(1, 0, {});
        window.rows = 2;
        window.firstColumn = 0;
        window.columns = 2;
        window.columnStep = 2;
        QCOMPARE(valuesOf(readWindow(tensor, window, {})), (Values{5, 80, 10, 100}));
        PlaneWindow column;
        column.fixed = {1, 0};
        column.columnDim = 1;
        column.columns = 2;
        QCOMPARE(valuesOf(readWindow(tensor, column, {})), (Values{6.5, 9}));
    }

    void packedValuesAreUnpacked()
    {
        // As torch packs quint4x2: through the rows, in as many bytes as each row would need alone.
        auto four = tensorOf<std::uint8_t>(DType::QUInt4x2, {0x21, 0x43, 0x65, 0x00}, {2, 3});
        four.quantization = {.scales = {2}, .zeroPoints = {1}};
        auto window = plane(1, 0, {});
        window.firstRow = 1;
        window.rows = 2;
        window.columns = 2;
        QCOMPARE(valuesOf(readWindow(four, window, {})), (Values{2, 8, 4, 10}));
        QCOMPARE(valuesOf(readElements(four, 2, 3, {})), (Values{4, 6, 8}));
        // E2M1: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and the same with a sign; safetensors packs through the rows.
        const auto tiny = tensorOf<std::uint8_t>(DType::Float4E2M1FN, {0x10, 0x32, 0xf7}, {2, 3});
        QCOMPARE(textsOf(readElements(tiny, 1, 5, {})), (Texts{"0.5", "1", "1.5", "6", "-6"}));
        const auto pairs = tensorOf<std::uint8_t>(DType::Float4E2M1FNx2, {0x10, 0xf7}, {2});
        QCOMPARE(textsOf(readElements(pairs, 0, 2, {})), (Texts{"16", "247"}));
    }

    void runsOfAnyViewAreItsElementsInOrder()
    {
        std::vector<std::int32_t> stored(5000);
        for (std::size_t i = 0; i < stored.size(); ++i)
            stored[i] = static_cast<std::int32_t>(i);
        auto tensor = tensorOf(DType::Int32, stored, {5000});
        std::mt19937 random(5);
        const auto pick = [&](std::int64_t from, std::int64_t to) {
            return std::uniform_int_distribution<std::int64_t>(from, to)(random);
        };
        for (int round = 0; round < 500; ++round) {
            std::vector<std::int64_t> shape;
            std::vector<std::int64_t> strides;
            for (auto d = pick(1, 4); d > 0; --d) {
                shape.push_back(pick(1, 6));
                strides.push_back(pick(0, 60));
            }
            tensor.ref.shape = SmallDims(shape);
            tensor.ref.strides = SmallDims(strides);
            tensor.ref.offset = pick(0, 100);
            const auto count = *tensor.ref.elementCount();
            const auto first = pick(0, count);
            const auto length = pick(0, count - first);
            Values expected;
            for (auto position = first; position < first + length; ++position) {
                const auto index = indexOfPosition(tensor.ref.shape, position);
                QCOMPARE(positionOfIndex(tensor.ref.shape, index), position);
                auto at = tensor.ref.offset;
                for (std::size_t d = 0; d < shape.size(); ++d)
                    at += index[d] * strides[d];
                expected.push_back(static_cast<double>(at));
            }
            QCOMPARE(valuesOf(readElements(tensor, first, length, {})), expected);
        }
    }

    void specialValuesAreFoundInBothDirectionsAndAround()
    {
        constexpr auto kNan = std::numeric_limits<float>::quiet_NaN();
        constexpr auto kInfinity = std::numeric_limits<float>::infinity();
        std::vector<float> stored(3000, 1.0F);
        stored[0] = -0.0F;
        stored[300] = -kNan;
        stored[2000] = kNan;
        stored[2500] = -kInfinity;
        const auto tensor = tensorOf(DType::Float32, stored, {30, 100});
        const auto find = [&](Wanted wanted, std::int64_t from, bool backwards) {
            const auto found = findElement(tensor, wanted, from, backwards, {});
            return found && *found ? **found : -1;
        };
        QCOMPARE(find(Wanted::Nan, -1, false), 300);
        QCOMPARE(find(Wanted::Nan, 300, false), 2000);
        QCOMPARE(find(Wanted::Nan, 2000, false), 300);
        QCOMPARE(find(Wanted::Nan, 300, true), 2000);
        QCOMPARE(find(Wanted::Nan, 2999, true), 2000);
        QCOMPARE(find(Wanted::Infinite, 2500, false), 2500);
        QCOMPARE(find(Wanted::NotFinite, 2001, false), 2500);
        QCOMPARE(find(Wanted::NotFinite, 2499, true), 2000);
        QCOMPARE(find(Wanted::Zero, 5, true), 0);
        QCOMPARE(find(Wanted::Zero, 0, false), 0);
    }

    void viewsAreSearchedInTheirOwnOrder()
    {
        std::vector<float> stored(2000 * 3000, 1.0F);
        stored[5 * 3000 + 7] = 0;     // element [7, 5] of the transpose
        stored[1900 * 3000 + 3] = 0;  // [3, 1900]
        auto tensor = tensorOf(DType::Float32, stored, {2000, 3000});
        tensor.ref.shape = {3000, 2000};
        tensor.ref.strides = {1, 3000};
        std::int64_t looked = 0;
        const auto count = [&](std::int64_t done) { looked = done; };
        QCOMPARE(**findElement(tensor, Wanted::Zero, -1, false, {}), 3 * 2000 + 1900);
        QCOMPARE(**findElement(tensor, Wanted::Zero, 3 * 2000 + 1900, false, {}, count), 7 * 2000 + 5);
        QCOMPARE(**findElement(tensor, Wanted::Zero, 3 * 2000 + 1900, true, {}), 7 * 2000 + 5);
        QVERIFY(!*findElement(tensor, Wanted::Nan, 17, false, {}, count));
        QCOMPARE(looked, std::int64_t{6'000'000});
    }

    void oneNumberExpandedWithoutEndIsNotSearched()
    {
        auto tensor = tensorOf<float>(DType::Float32, {1}, {1});
        tensor.ref.shape = {1'000'000, 1'000'000};
        tensor.ref.strides = {0, 0};
        QCOMPARE(findElement(tensor, Wanted::Nan, -1, false, {}).error().code, ErrorCode::TooLarge);
        QCOMPARE(readElements(tensor, 999'999'999'998, 2, {})->size(), std::size_t{2});
    }

    void specialValuesAreFoundInEveryType()
    {
        const auto find = [](const NumericTensor &tensor, Wanted wanted) {
            const auto found = findElement(tensor, wanted, -1, false, {});
            return found && *found ? **found : -1;
        };
        const auto halves = tensorOf<std::uint16_t>(DType::Float16, {0x7bff, 0x8000, 0x7c00, 0xfc01}, {4});
        QCOMPARE(find(halves, Wanted::Zero), 1);
        QCOMPARE(find(halves, Wanted::Infinite), 2);
        QCOMPARE(find(halves, Wanted::Nan), 3);
        const auto bytes = tensorOf<std::uint8_t>(DType::Float8E5M2, {0x7b, 0xfc, 0x7d, 0x80}, {4});
        QCOMPARE(find(bytes, Wanted::Infinite), 1);
        QCOMPARE(find(bytes, Wanted::Nan), 2);
        QCOMPARE(find(bytes, Wanted::Zero), 3);
        const auto fnuz = tensorOf<std::uint8_t>(DType::Float8E4M3FNUZ, {0x7f, 0xff, 0x80, 0x00}, {4});
        QCOMPARE(find(fnuz, Wanted::NotFinite), 2);
        QCOMPARE(find(fnuz, Wanted::Zero), 3);
        QCOMPARE(find(fnuz, Wanted::Infinite), -1);
        constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();
        const auto complex = tensorOf<double>(DType::ComplexDouble, {0, 1, 1, kNan, -0.0, 0}, {3});
        QCOMPARE(find(complex, Wanted::Nan), 1);
        QCOMPARE(find(complex, Wanted::Zero), 2);
        const auto pairs = tensorOf<float>(DType::ComplexFloat, {0, 1, -0.0F, 0}, {2});
        QCOMPARE(find(pairs, Wanted::Zero), 1);
        const auto whole = tensorOf<std::int64_t>(DType::Int64, {5, -1, 0}, {3});
        QCOMPARE(find(whole, Wanted::Zero), 2);
        QCOMPARE(find(whole, Wanted::Nan), -1);
        auto quantized = tensorOf<std::uint8_t>(DType::QUInt8, {0, 128, 3}, {3});
        quantized.quantization = {.scales = {0.1}, .zeroPoints = {128}};
        QCOMPARE(find(quantized, Wanted::Zero), 1);
    }

    void aBillionElementsOpenAtOnce()
    {
        constexpr std::int64_t kRows = 20'000;
        constexpr std::int64_t kColumns = 50'000;
        QTemporaryDir folder;
        const auto path = folder.filePath("sparse");
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.resize(kRows * kColumns * 4));
        const auto store = [&](std::int64_t row, std::int64_t column, float value) {
            return file.seek((row * kColumns + column) * 4)
                   && file.write(reinterpret_cast<const char *>(&value), 4) == 4;
        };
        QVERIFY(store(19'970, 49'940, 0.25F) && store(19'999, 49'999, -7.5F));
        QVERIFY(store(12'000, 3, std::numeric_limits<float>::quiet_NaN()));
        file.close();

        const auto disk = std::make_shared<FaultFile>(*openFile(path.toStdString()));
        auto tensor = tensorOn(disk, DType::Float32, {kRows, kColumns});
        auto window = plane(0, 1, {});
        window.firstRow = kRows - 30;
        window.rows = 30;
        window.firstColumn = kColumns - 60;
        window.columns = 60;
        QElapsedTimer clock;
        clock.start();
        const auto elements = readWindow(tensor, window, {});
        const auto took = clock.elapsed();
        QCOMPARE(elements->size(), std::size_t{1800});
        QCOMPARE(elements->front().real, 0.25);
        QCOMPARE(elements->back().real, -7.5);
        QCOMPARE(disk->bytesRead(), std::uint64_t{1800 * 4});
        QVERIFY2(took < 500, qPrintable(QString::number(took)));

        // Down a column every element is a read of its own; the neighbours in its row come with it.
        window = plane(1, 0, {});
        window.firstRow = 0;
        window.rows = 60;
        window.firstColumn = 11'990;
        window.columns = 30;
        const auto turned = readWindow(tensor, window, {});
        QVERIFY((*turned)[3 * 30 + 10].isNan());
        QVERIFY2(disk->reads() <= 60, qPrintable(QString::number(disk->reads())));
    }

    void aSearchCanBeStopped()
    {
        const auto tensor = tensorOf<float>(DType::Float32, {1, 2, 3}, {3});
        std::stop_source stop;
        stop.request_stop();
        const auto found = findElement(tensor, Wanted::Nan, -1, false, stop.get_token());
        QVERIFY(!found);
        QCOMPARE(found.error().code, ErrorCode::Cancelled);
    }

    void whatIsMissingInTheFileIsAnError()
    {
        auto tensor = tensorOf<float>(DType::Float32, {1, 2, 3}, {3});
        tensor.ref.shape = {2, 3};
        tensor.ref.strides = {3, 1};
        auto window = plane(0, 1, {});
        window.columns = 3;
        QCOMPARE(valuesOf(readWindow(tensor, window, {})), (Values{1, 2, 3}));
        window.firstRow = 1;
        QCOMPARE(readWindow(tensor, window, {}).error().code, ErrorCode::Truncated);
        tensor.ref.layout = TensorLayout::SparseCoo;
        QCOMPARE(readWindow(tensor, window, {}).error().code, ErrorCode::Unsupported);
    }
};

QTEST_GUILESS_MAIN(TensorWindowTest)
#include "tensor_window_test.moc"

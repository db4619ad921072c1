// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/checkpoint/numeric_tensors.h"
#include "tests/support/memory_storage.h"
#include "tests/support/tree_builder.h"

#include <span>
#include <string>
#include <vector>

using namespace waypoint;
using namespace waypoint::test;

namespace {

using Numbers = std::vector<double>;

template<typename T>
std::vector<std::byte> bytesOf(const std::vector<T> &values)
{
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

TensorRef refOf(DType dtype, SmallDims shape)
{
    TensorRef ref;
    ref.dtype = dtype;
    ref.strides = contiguousStrides(shape);
    ref.shape = std::move(shape);
    return ref;
}

template<typename T>
TensorValue stored(ValueTree &tree, DType dtype, SmallDims shape, const std::vector<T> &values)
{
    TensorValue tensor{.ref = refOf(dtype, std::move(shape))};
    tensor.ref.storage = tree.addStorage(storageOf(memoryFile("values", bytesOf(values)), dtype));
    return tensor;
}

template<typename T>
Any filled(DType dtype, const SmallDims &shape, const std::vector<T> &values)
{
    return Any::Make([=](ValueTree &tree) { return tree.addTensor(stored(tree, dtype, shape, values)); });
}

Any laidOut(TensorLayout layout, const std::vector<Pair> &parts)
{
    return Any::Make([=](ValueTree &tree) {
        TensorValue tensor;
        tensor.ref.dtype = DType::Float32;
        tensor.ref.layout = layout;
        tensor.ref.shape = {2, 3};
        tensor.parts = dict(parts)(tree);
        return tree.addTensor(std::move(tensor));
    });
}

/// Two rows of three stored integers with a scale for each index along `axis`.
Any perChannel(std::int64_t axis, const Any &scales, const Any &zeroPoints)
{
    return Any::Make([=](ValueTree &tree) {
        TensorValue tensor = stored<std::int8_t>(tree, DType::QInt8, {2, 3}, {1, 2, 3, 4, 5, 6});
        tensor.quantized = true;
        tensor.quantizer = {.perChannel = true, .axis = axis};
        tensor.parts = dict({{"scales", scales}, {"zero_points", zeroPoints}})(tree);
        return tree.addTensor(std::move(tensor));
    });
}

/// A NumPy array whose bytes were read along with the values.
struct ArrayTraits
{
    bool fortranOrder = false;
    bool bigEndian = false;
};

Any numpy(const std::string &dtype, const SmallDims &shape, const std::string &bytes, const ArrayTraits &traits = {})
{
    return Any::Make([=](ValueTree &tree) {
        ArrayValue array{
            .dtype = dtype, .shape = shape, .fortranOrder = traits.fortranOrder, .bigEndian = traits.bigEndian};
        array.data = tree.addBytes(bytes);
        return tree.addArray(std::move(array));
    });
}

/// An array whose bytes stayed in the file: as they are, or with a character for each byte as old pickles write them.
Any numpyInFile(const std::string &dtype, const SmallDims &shape, const std::string &text, bool latin1)
{
    return Any::Make([=](ValueTree &tree) {
        const auto bytes = std::as_bytes(std::span(text));
        const FilePtr file = memoryFile("file", {bytes.begin(), bytes.end()});
        ArrayValue array{.dtype = dtype, .shape = shape};
        array.data = tree.addExternal(ValueKind::Bytes, {file, {{2}, {text.size() - 2}}, latin1});
        return tree.addArray(std::move(array));
    });
}

Result<Numbers> numbersAt(const Checkpoint &checkpoint, EntryId entry)
{
    const auto tensor = numericTensor(checkpoint, entry);
    if (!tensor)
        return tensor.error();
    Numbers numbers;
    const auto read = forEachNumber(
        *tensor, {}, [&](std::span<const double> block) { numbers.insert(numbers.end(), block.begin(), block.end()); });
    return read ? Result(std::move(numbers)) : read.error();
}

/// Of a file that holds nothing else.
Result<Numbers> numbersOf(const Any &value) { return numbersAt(*built(value), kRootEntry); }

Error errorOf(const Any &value)
{
    const auto numbers = numbersOf(value);
    return numbers ? Error{ErrorCode::Cancelled, "no error"} : numbers.error();
}

}  // namespace

class NumericTensorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void entriesComeInTheOrderOfTheTree()
    {
        const Any weight = shared(tensor({2}));
        const auto checkpoint = built(dict({{"net", dict({{"weight", weight}, {"bias", tensor({1})}})},
                                            {"epoch", 3},
                                            {"tied", weight},
                                            {"array", array({0})}}));
        std::vector<std::string> paths;
        for (const EntryId entry : numericEntries(*checkpoint))
            paths.push_back(checkpoint->entries.pathText(entry));
        QCOMPARE(paths, (std::vector<std::string>{"net/weight", "net/bias", "tied", "array"}));
    }

    void aTensorGivesItsNumbers()
    {
        const auto numbers = numbersOf(filled<float>(DType::Float32, {2, 2}, {1, 2, 3, 4}));
        QVERIFY(numbers);
        QCOMPARE(*numbers, (Numbers{1, 2, 3, 4}));
    }

    void aSparseTensorGivesWhatItStores()
    {
        const auto numbers =
            numbersOf(laidOut(TensorLayout::SparseCoo, {{"indices", filled<std::int64_t>(DType::Int64, {2, 1}, {0, 1})},
                                                        {"values", filled<float>(DType::Float32, {1}, {7})}}));
        QVERIFY(numbers);
        QCOMPARE(*numbers, Numbers{7});
    }

    void scalesAreReadFromTheTensorsBeside()
    {
        const auto numbers = numbersOf(perChannel(1, filled<double>(DType::Float64, {3}, {1, 10, 100}),
                                                  filled<std::int64_t>(DType::Int64, {3}, {0, 1, 2})));
        QVERIFY(numbers);
        QCOMPARE(*numbers, (Numbers{1, 10, 100, 4, 40, 400}));
    }

    void scalesThatDoNotFitAreDamage_data()
    {
        QTest::addColumn<int>("axis");
        QTest::addColumn<int>("scales");
        QTest::newRow("too many") << 0 << 3;
        QTest::newRow("too few") << 1 << 2;
        QTest::newRow("no such dimension") << 2 << 3;
        QTest::newRow("dimension from the end") << -1 << 3;
    }
    void scalesThatDoNotFitAreDamage()
    {
        QFETCH(int, axis);
        QFETCH(int, scales);
        const auto count = static_cast<std::size_t>(scales);
        const Error error = errorOf(perChannel(axis, filled(DType::Float64, {scales}, std::vector<double>(count, 1)),
                                               filled(DType::Int64, {scales}, std::vector<std::int64_t>(count))));
        QCOMPARE(error.code, ErrorCode::Corrupt);
        QCOMPARE(errorOf(perChannel(0, "no tensor", nullptr)).code, ErrorCode::Corrupt);
    }

    void arraysAreReadInEitherOrder()
    {
        const std::string bytes("\1\0\2\0\3\0\4\0\5\0\6\0", 12);
        QCOMPARE(*numbersOf(numpy("int16", {2, 3}, bytes)), (Numbers{1, 2, 3, 4, 5, 6}));
        // numpy.array([[1, 3, 5], [2, 4, 6]], order='F')
        QCOMPARE(*numbersOf(numpy("int16", {2, 3}, bytes, {.fortranOrder = true})), (Numbers{1, 3, 5, 2, 4, 6}));
        QCOMPARE(*numbersOf(numpy("int16", {3}, std::string("\0\1\0\2\1\0", 6), {.bigEndian = true})),
                 (Numbers{1, 2, 256}));
        QCOMPARE(*numbersOf(numpy("uint16", {1}, "\xff\xff")), Numbers{65535});
        QCOMPARE(*numbersOf(numpy("bool", {2}, std::string("\0\1", 2))), (Numbers{0, 1}));
    }

    void arraysMayStayInTheFile()
    {
        QCOMPARE(*numbersOf(numpyInFile("uint8", {3}, "..abc", false)), (Numbers{97, 98, 99}));
        // U+00E9 in UTF-8
        QCOMPARE(*numbersOf(numpyInFile("uint8", {3}, "..a\xc3\xa9z", true)), (Numbers{97, 0xe9, 122}));
    }

    void anArrayWithTooFewBytesIsTruncated()
    {
        QCOMPARE(errorOf(numpy("int16", {3}, "abcd")).code, ErrorCode::Truncated);
    }

    void whatHasNoNumbersSaysWhy_data()
    {
        QTest::addColumn<Any>("value");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, const Any &value, const char *reason) {
            QTest::newRow(name) << value << QString::fromUtf8(reason);
        };
        row("a number", 3, "only tensors and NumPy arrays have numbers");
        row("text array", numpy("<U3", {1}, "abcdefghijkl"), "an array of dtype <U3");
        row("long double", numpy("float128", {1}, std::string(16, '\0')), "an array of dtype float128");
        row("dates", numpy("datetime64[s]", {1}, std::string(8, '\0')), "an array of dtype datetime64[s]");
        row("bits", filled<std::uint8_t>(DType::Bits8, {1}, {1}), "type bits8");
        row("nested", laidOut(TensorLayout::Nested, {}), "in its buffer");
        row("wrapper", laidOut(TensorLayout::Wrapper, {}), "in its parts");
        row("sparse without values", laidOut(TensorLayout::SparseCsr, {}), "layout cannot be read");
        row("missing", tensor({3}), "the file does not hold its elements");
        row("meta", Any::Make([](ValueTree &tree) {
                TensorValue value{.ref = refOf(DType::Float32, {3})};
                value.ref.storage = tree.addStorage({.key = "0", .device = "meta", .dtype = DType::Float32});
                return tree.addTensor(std::move(value));
            }),
            "a meta tensor has a shape and no elements");
    }
    void whatHasNoNumbersSaysWhy()
    {
        QFETCH(Any, value);
        QFETCH(QString, reason);
        const Error error = errorOf(value);
        QCOMPARE(error.code, ErrorCode::Unsupported);
        QVERIFY2(QString::fromStdString(error.detail).contains(reason), error.detail.c_str());
    }

    void anEmptyTensorNeedsNoBytes()
    {
        const auto numbers = numbersOf(tensor({0, 3}));
        QVERIFY(numbers);
        QCOMPARE(*numbers, Numbers());
    }
};

QTEST_GUILESS_MAIN(NumericTensorsTest)
#include "numeric_tensors_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/data/data_test_kit.h"

#include <QObject>

#include <cmath>
#include <cstring>
#include <limits>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// A tensor as a safetensors file has it.
struct Saved
{
    const char *dtype;
    std::vector<std::int64_t> shape;
    std::string bytes;
};

template<typename Number>
std::string bytesOf(std::initializer_list<Number> numbers)
{
    std::string bytes(numbers.size() * sizeof(Number), '\0');
    if (!bytes.empty())
        std::memcpy(bytes.data(), std::data(numbers), bytes.size());
    return bytes;
}

Saved floats(std::vector<std::int64_t> shape, std::initializer_list<float> numbers)
{
    return {"F32", std::move(shape), bytesOf(numbers)};
}

Saved whole(std::vector<std::int64_t> shape, std::initializer_list<std::int64_t> numbers)
{
    return {"I64", std::move(shape), bytesOf(numbers)};
}

std::string file(const std::vector<std::pair<std::string, Saved>> &tensors)
{
    std::string header = "{";
    std::string data;
    for (const auto &[name, tensor] : tensors) {
        QStringList shape;
        for (const auto size : tensor.shape)
            shape += QString::number(size);
        header += QString("%1\"%2\":{\"dtype\":\"%3\",\"shape\":[%4],\"data_offsets\":[%5,%6]}")
                      .arg(header.size() == 1 ? "" : ",", QString::fromStdString(name), tensor.dtype, shape.join(','))
                      .arg(data.size())
                      .arg(data.size() + tensor.bytes.size())
                      .toStdString();
        data += tensor.bytes;
    }
    header += "}";
    std::string length(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        length[i] = static_cast<char>(header.size() >> (8 * i) & 0xffu);
    return length + header + data;
}

}  // namespace

class TensorsDatasetTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wholeNumbersAreClasses();
    void floatsAreValues();
    void everyTypeOfNumberIsRead_data();
    void everyTypeOfNumberIsRead();
    void whatDoesNotFitIsRefused_data();
    void whatDoesNotFitIsRefused();
    void aFileThatIsNoneIsNamed();
};

void TensorsDatasetTest::wholeNumbersAreClasses()
{
    const Folder folder;
    const auto path = folder.write("d.safetensors",
                                   file({{"x", floats({3, 1, 2}, {1, 2, 3, 4, 5, 6})}, {"y", whole({3}, {2, 0, 4})}}));
    const auto data = opened("tensors:" + path);
    QVERIFY(!data.val);
    QCOMPARE(data.train->info(), (DatasetInfo{.name = "tensors:" + path,
                                              .count = 3,
                                              .shape = {1, 2},
                                              .target = TargetKind::Class,
                                              .targetSize = 5,
                                              .classes = {},
                                              .cheap = true}));
    QCOMPARE(data.train->labels(), (std::vector<std::int32_t>{2, 0, 4}));
    QCOMPARE(samplesOf(*data.train), (std::vector<Sample>{{{1, 2}, {2}}, {{3, 4}, {0}}, {{5, 6}, {4}}}));
}

void TensorsDatasetTest::floatsAreValues()
{
    const Folder folder;
    const auto one =
        opened("tensors:" + folder.write("1", file({{"x", floats({2}, {1, 2})}, {"y", floats({2}, {.5f, -1})}})));
    QCOMPARE(one.train->info().target, TargetKind::Values);
    QCOMPARE(samplesOf(*one.train), (std::vector<Sample>{{{1}, {.5f}}, {{2}, {-1}}}));
    const auto two = opened(
        "tensors:" + folder.write("2", file({{"x", floats({2, 1}, {1, 2})}, {"y", floats({2, 2}, {3, 4, 5, 6})}})));
    QCOMPARE(two.train->info().targetSize, 2);
    QCOMPARE(samplesOf(*two.train), (std::vector<Sample>{{{1}, {3, 4}}, {{2}, {5, 6}}}));
}

void TensorsDatasetTest::everyTypeOfNumberIsRead_data()
{
    QTest::addColumn<QString>("dtype");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QList<float>>("values");
    const auto row = [](const char *dtype, const std::string &bytes, const QList<float> &values) {
        QTest::newRow(dtype) << dtype << QByteArray::fromStdString(bytes) << values;
    };
    row("BOOL", bytesOf<std::uint8_t>({1, 0}), {1, 0});
    row("U8", bytesOf<std::uint8_t>({7, 255}), {7, 255});
    row("I8", bytesOf<std::int8_t>({7, -128}), {7, -128});
    row("I16", bytesOf<std::int16_t>({-30000, 5}), {-30000, 5});
    row("U16", bytesOf<std::uint16_t>({65535, 5}), {65535, 5});
    row("I32", bytesOf<std::int32_t>({-100000, 5}), {-100000, 5});
    row("U32", bytesOf<std::uint32_t>({4000000000u, 5}), {4000000000.0f, 5});
    row("I64", bytesOf<std::int64_t>({-(std::int64_t{1} << 40), 16777217}), {-1099511627776.0f, 16777216});
    row("U64", bytesOf<std::uint64_t>({std::uint64_t{1} << 63, 5}), {9223372036854775808.0f, 5});
    row("F64", bytesOf<double>({0.1, 1e300}), {0.1f, std::numeric_limits<float>::infinity()});
    row("F32", bytesOf<float>({0.1f, -3}), {0.1f, -3});
    // 1.5, the smallest number above 0, the largest, minus infinity
    row("F16", bytesOf<std::uint16_t>({0x3e00, 0x0001, 0x7bff, 0xfc00}),
        {1.5f, 5.9604645e-8f, 65504, -std::numeric_limits<float>::infinity()});
    row("BF16", bytesOf<std::uint16_t>({0x3fc0, 0xc2f7}), {1.5f, -123.5f});
}

void TensorsDatasetTest::everyTypeOfNumberIsRead()
{
    QFETCH(QString, dtype);
    QFETCH(QByteArray, bytes);
    QFETCH(QList<float>, values);
    const Folder folder;
    const auto name = dtype.toStdString();
    const std::vector<std::int64_t> shape{values.size(), 1};
    Saved y = whole({values.size()}, {});
    y.bytes.assign(std::size_t(values.size()) * 8, '\0');
    const auto data = opened(
        "tensors:" + folder.write("d", file({{"x", Saved{name.c_str(), shape, bytes.toStdString()}}, {"y", y}})));
    QList<float> read;
    for (const auto &sample : samplesOf(*data.train))
        read += sample.input[0];
    QCOMPARE(read, values);
}

void TensorsDatasetTest::whatDoesNotFitIsRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const std::vector<std::pair<std::string, Saved>> &tensors,
                        const char *message) {
        QTest::newRow(name) << QByteArray::fromStdString(file(tensors)) << message;
    };
    const auto x = floats({2, 2}, {1, 2, 3, 4});
    row("no y", {{"x", x}}, "tensors: there is no tensor 'y'");
    row("no x", {{"inputs", x}, {"y", whole({2}, {0, 1})}}, "tensors: there is no tensor 'x'");
    row("other number of rows", {{"x", x}, {"y", whole({3}, {0, 1, 2})}},
        "tensors: x has the shape (2, 2) and y (3) of int64");
    row("classes in columns", {{"x", x}, {"y", whole({2, 2}, {0, 1, 1, 0})}},
        "tensors: x has the shape (2, 2) and y (2, 2) of int64");
    row("no rows", {{"x", floats({0, 2}, {})}, {"y", whole({0}, {})}},
        "tensors: x has the shape (0, 2) and y (0) of int64");
    row("a class below 0", {{"x", x}, {"y", whole({2}, {0, -1})}}, "y[1] is -1, which is no number of a class");
    row("a class beyond reason", {{"x", x}, {"y", whole({2}, {0, 1'000'000'000'000})}},
        "which is no number of a class");
}

void TensorsDatasetTest::whatDoesNotFitIsRefused()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, message);
    const Folder folder;
    const auto path = folder.write("d.safetensors", content.toStdString());
    const auto said = refusalOf("tensors:" + path);
    QVERIFY2(said.contains(message) && said.contains(QString::fromStdString(path)), qPrintable(said));
}

void TensorsDatasetTest::aFileThatIsNoneIsNamed()
{
    const Folder folder;
    QVERIFY(refusalOf("tensors:" + folder.path("none.pt")).contains("none.pt"));
    const auto said =
        refusalOf("tensors:" + folder.write("text.pt", "The weights are in another file. Ask me where.\n"));
    QVERIFY2(said.startsWith("This is not a checkpoint in") && said.contains("text.pt"), qPrintable(said));
}

QTEST_GUILESS_MAIN(TensorsDatasetTest)
#include "tensors_dataset_test.moc"

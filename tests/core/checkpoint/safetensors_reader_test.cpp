// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/checkpoint/stream_bytes.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

std::string file(const std::string &header, const std::string &data) { return little(header.size()) + header + data; }

std::string two()
{
    return file(R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]},)"
                R"("a":{"dtype":"F32","shape":[3,1],"data_offsets":[0,12]}}  )",
                floats(5));
}

}  // namespace

class SafetensorsReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tensorsStandInTheOrderOfTheHeader();
    void everyElementTypeIsKnown_data();
    void everyElementTypeIsKnown();
    void anUnknownTypeKeepsItsEntryWithAWarning();
    void whatTheLibraryRefusesIsAnError_data();
    void whatTheLibraryRefusesIsAnError();
    void errorsPointAtTheTensorInTheHeader();
    void aFileThatEndsEarlyOpensWithAWarning();
    void aTensorListedTwiceKeepsItsLastDescription();
    void everyPrefixIsAnErrorOrAWarning();
    void aHundredThousandTensorsAreListedQuickly();
};

void SafetensorsReaderTest::tensorsStandInTheOrderOfTheHeader()
{
    const ReadBack read(two());
    QCOMPARE(read.text(), QString("{'__metadata__': {'format': 'pt'}, 'b': tensor(float32, 2), "
                                  "'a': tensor(float32, 3×1)}"));
    QCOMPARE(floatsOf(read.storageOf("a")), (std::vector<float>{1, 2, 3}));
    QCOMPARE(floatsOf(read.storageOf("b")), (std::vector<float>{4, 5}));
    QCOMPARE(read.checkpoint.format, Format::Safetensors);
    QCOMPARE(read.warnings(), QStringList());
}

void SafetensorsReaderTest::everyElementTypeIsKnown_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("dtype");
    QTest::addColumn<int>("bytes");
    const struct
    {
        const char *name;
        const char *dtype;
        int bytes;
    } types[] = {{"BOOL", "bool", 4},
                 {"U8", "uint8", 4},
                 {"I8", "int8", 4},
                 {"U16", "uint16", 8},
                 {"I16", "int16", 8},
                 {"U32", "uint32", 16},
                 {"I32", "int32", 16},
                 {"U64", "uint64", 32},
                 {"I64", "int64", 32},
                 {"F16", "float16", 8},
                 {"BF16", "bfloat16", 8},
                 {"F32", "float32", 16},
                 {"F64", "float64", 32},
                 {"C64", "complex64", 32},
                 {"F8_E4M3", "float8_e4m3fn", 4},
                 {"F8_E5M2", "float8_e5m2", 4},
                 {"F8_E4M3FNUZ", "float8_e4m3fnuz", 4},
                 {"F8_E5M2FNUZ", "float8_e5m2fnuz", 4},
                 {"F8_E8M0", "float8_e8m0fnu", 4},
                 {"F4", "float4_e2m1fn_x2", 2},
                 {"F6_E2M3", "float6_e2m3fn", 3},
                 {"F6_E3M2", "float6_e3m2fn", 3}};
    for (const auto &type : types)
        QTest::newRow(type.name) << QString(type.name) << QString(type.dtype) << type.bytes;
}

void SafetensorsReaderTest::everyElementTypeIsKnown()
{
    QFETCH(QString, name);
    QFETCH(QString, dtype);
    QFETCH(int, bytes);
    const std::string header =
        QString(R"({"t":{"dtype":"%1","shape":[2,2],"data_offsets":[0,%2]}})").arg(name).arg(bytes).toStdString();
    const ReadBack read(file(header, std::string(static_cast<std::size_t>(bytes), '\1')));
    QVERIFY2(read.root, read.detail().c_str());
    QCOMPARE(QString::fromStdString(std::string(dtypeName(read.value()["t"].tensor().ref.dtype))), dtype);
    QCOMPARE(read.value()["t"].tensor().ref.shape, (SmallDims{2, 2}));
    QCOMPARE(read.storageOf("t").bytes.value, std::uint64_t(bytes));
}

void SafetensorsReaderTest::anUnknownTypeKeepsItsEntryWithAWarning()
{
    const ReadBack read(file(R"({"t":{"dtype":"Q9","shape":[4],"data_offsets":[0,3]}})", "abc"));
    QVERIFY2(read.root, read.detail().c_str());
    QCOMPARE(read.value()["t"].tensor().ref.dtype, DType::Unknown);
    QCOMPARE(read.storageOf("t").bytes.value, std::uint64_t(3));
    QCOMPARE(read.warnings(), QStringList("Tensor 't' has the element type 'Q9', which Waypoint does not know; its "
                                          "values cannot be shown."));
}

void SafetensorsReaderTest::whatTheLibraryRefusesIsAnError_data()
{
    QTest::addColumn<QByteArray>("content");
    const auto row = [](const char *name, const std::string &header, std::size_t bytes) {
        QTest::newRow(name) << QByteArray::fromStdString(file(header, std::string(bytes, 'x')));
    };
    row("trailing bytes", R"({"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", 3);
    row("hole",
        R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
        3);
    row("hole at the start", R"({"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2);
    row("overlap",
        R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
        3);
    row("backwards", R"({"t":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}})", 2);
    row("too many bytes for the shape", R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}})", 9);
    row("shape overflows", R"({"t":{"dtype":"I32","shape":[2,9223372036854775807],"data_offsets":[0,16]}})", 16);
    row("shape beyond 63 bits", R"({"t":{"dtype":"I32","shape":[2,18446744073709551614],"data_offsets":[0,16]}})", 16);
    row("ends inside a byte", R"({"t":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}})", 2);
    row("negative size", R"({"t":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", 1);
    row("no shape", R"({"t":{"dtype":"U8","data_offsets":[0,1]}})", 1);
    row("no type", R"({"t":{"shape":[1],"data_offsets":[0,1]}})", 1);
    row("three offsets", R"({"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}})", 1);
    row("nested list", R"({"t":{"dtype":"U8","shape":[[1]],"data_offsets":[0,1]}})", 1);
    row("unknown field", R"({"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":[1]}})", 1);
    row("metadata that is no text", R"({"__metadata__":{"a":1}})", 0);
    row("tensor that is a number", R"({"t":5})", 0);
    row("not JSON", R"({"t":)", 0);
    row("more behind the object", R"({} {})", 0);
    row("far beyond any file", R"({"t":{"dtype":"??","shape":[],"data_offsets":[0,18446744073709551615]}})", 1);
    QTest::newRow("header longer than the file") << QByteArray::fromStdString(little(500) + "{}");
    QTest::newRow("absurd header") << QByteArray::fromStdString(little(0xffffff000000003cu) + "{}");
}

void SafetensorsReaderTest::whatTheLibraryRefusesIsAnError()
{
    QFETCH(QByteArray, content);
    const ReadBack read(content.toStdString());
    QVERIFY(!read.root);
    QVERIFY2(read.detail().starts_with("safetensors: "), read.detail().c_str());
    QVERIFY(read.root.error().at);
}

void SafetensorsReaderTest::errorsPointAtTheTensorInTheHeader()
{
    const std::string header = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                               R"("b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})";
    const ReadBack read(file(header, "xyz"));
    QCOMPARE(QString::fromStdString(read.detail()),
             QString("safetensors: tensor 'b' begins at byte 2 of the data, expected at 1: there is a hole before it"));
    QCOMPARE(read.root.error().at->value, std::uint64_t(8 + header.find("\"b\"")));
}

void SafetensorsReaderTest::aFileThatEndsEarlyOpensWithAWarning()
{
    const std::string whole = two();
    const ReadBack read(whole.substr(0, whole.size() - 1));
    QVERIFY(read.root);
    QVERIFY(read.storageOf("a").present);
    QVERIFY(!read.storageOf("b").present);
    QCOMPARE(read.warnings(),
             QStringList("The file ends early: the header announces 20 bytes of tensor data and 19 are "
                         "there. It may still be downloading or have been cut off."));
}

void SafetensorsReaderTest::aTensorListedTwiceKeepsItsLastDescription()
{
    const ReadBack read(file(R"({"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                             R"("t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                             floats(1)));
    QCOMPARE(read.text(), QString("{'t': tensor(float32, 1)}"));
    QCOMPARE(read.warnings().size(), 1);
}

void SafetensorsReaderTest::everyPrefixIsAnErrorOrAWarning()
{
    const std::string whole = two();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const ReadBack read(whole.substr(0, length));
        QCOMPARE(bool(read.root), length >= whole.size() - 20);
        QVERIFY(!read.root || !read.warnings().isEmpty());
    }
}

void SafetensorsReaderTest::aHundredThousandTensorsAreListedQuickly()
{
    constexpr int kCount = 100'000;
    std::string header = "{";
    for (int i = 0; i < kCount; ++i)
        header += QString(R"(%1"model.layers.%2.mlp.weight":{"dtype":"U8","shape":[1],"data_offsets":[%2,%3]})")
                      .arg(i == 0 ? "" : ",")
                      .arg(i)
                      .arg(i + 1)
                      .toStdString();
    const std::string content = file(header + "}", std::string(kCount, 'x'));
    QElapsedTimer timer;
    timer.start();
    const ReadBack read(content);
    const qint64 took = timer.elapsed();
    QVERIFY2(read.root, read.detail().c_str());
    QCOMPARE(read.value().count(), std::size_t(kCount));
    // Generous: sanitizers and a busy machine are slow; an optimised build takes under 150 ms.
    QVERIFY2(took < 8000, qPrintable(QString::number(took)));
}

QTEST_GUILESS_MAIN(SafetensorsReaderTest)
#include "safetensors_reader_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/checkpoint/stream_bytes.h"

#include <QTest>

#include <algorithm>

using namespace waypoint;
using namespace waypoint::test;

namespace {

std::string twoTensors()
{
    return legacyStream(dict({{"w", legacyTensor(legacyStorage("FloatStorage", "10", 3), 3)},
                              {"b", legacyTensor(legacyStorage("FloatStorage", "20", 2), 2)}}),
                        {{"10", legacyData(3)}, {"20", legacyData(2)}});
}

}  // namespace

class LegacyReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tensorsFindTheirDataBehindThePickles();
    void textProtocolsAreRecognisedToo();
    void slicesOfAStorageBeginWhereTheViewSays();
    void theDeviceStaysAsItWasSaved();
    void sourcesOfModulesAreFactsAndClassesStayClasses();
    void keysThatAreNumbersWork();
    void everyPrefixIsAnErrorOrAWarning();
    void aFileCutInItsDataOpensWithoutTheLostStorages();
    void aFileCutInItsPickleSaysAtWhichByte();
    void aCountThatContradictsThePickleIsAWarning();
    void anUnknownKeyEndsTheSearchForData();
    void bigEndianCountsMeanBigEndianData();
    void aParameterOfTheFirstYearsIsATensorWithItsGradient();
    void streamsInsideByteStringsAreReadInPlace();
    void streamsNestedTooDeepStayCalls();
    void oneByteStringIsReadOnce();
};

void LegacyReaderTest::tensorsFindTheirDataBehindThePickles()
{
    const ReadBack read(twoTensors());
    QVERIFY2(read.root, read.detail().c_str());
    QCOMPARE(read.text(), QString("{'w': tensor(float32, 3), 'b': tensor(float32, 2)}"));
    QCOMPARE(floatsOf(read.storageOf("w")), (std::vector<float>{1, 2, 3}));
    QCOMPARE(floatsOf(read.storageOf("b")), (std::vector<float>{1, 2}));
    QVERIFY(read.storageOf("w").present);
    QCOMPARE(read.warnings(), QStringList());
    QCOMPARE(read.checkpoint.format, Format::TorchLegacy);
    const auto place = read.storageOf("b").source->place(read.storageOf("b").record);
    QVERIFY(place);
    QCOMPARE(place->start.value + 8, std::uint64_t(twoTensors().size()));
}

void LegacyReaderTest::textProtocolsAreRecognisedToo()
{
    std::string stream = "L119547037146038801333356L\n.I1001\n.(dp0\n.";
    stream += "(lp0\nI5\na.(lp0\n.";
    const ReadBack read(stream);
    QCOMPARE(read.text(), QString("[5]"));
    QCOMPARE(read.checkpoint.format, Format::TorchLegacy);
}

void LegacyReaderTest::slicesOfAStorageBeginWhereTheViewSays()
{
    const std::string view = legacyStorage("FloatStorage", "10", 5, tuple({text("11"), number(2), number(3)}));
    const ReadBack read(legacyStream(
        dict({{"w", legacyTensor(legacyStorage("FloatStorage", "10", 5), 5)}, {"v", legacyTensor(view, 3)}}),
        {{"10", legacyData(5)}}));
    QVERIFY2(read.root, read.detail().c_str());
    QCOMPARE(read.value()["v"].tensor().ref.offset, std::int64_t(2));
    QCOMPARE(read.value()["v"].tensor().ref.storage, read.value()["w"].tensor().ref.storage);
}

void LegacyReaderTest::theDeviceStaysAsItWasSaved()
{
    const std::string storage = legacyStorage("FloatStorage", "1", 1, none(), "cuda:3");
    const ReadBack read(legacyStream(dict({{"w", legacyTensor(storage, 1)}}), {{"1", legacyData(1)}}));
    QCOMPARE(read.storageOf("w").device, std::string("cuda:3"));
}

void LegacyReaderTest::sourcesOfModulesAreFactsAndClassesStayClasses()
{
    const std::string type =
        tuple({text("module"), global("model", "Net"), text("/home/me/model.py"), text("class Net: pass")}) + "Q";
    const ReadBack read(legacyStream(build(type + ")\x81", dict({{"training", flag(true)}})), {}));
    QVERIFY2(read.root, read.detail().c_str());
    QCOMPARE(std::string(read.value().className()), std::string("model.Net"));
    QCOMPARE(read.value()["training"].integer(), std::optional<std::int64_t>(1));
    const std::pair<std::string, std::string> fact("source of model.Net", "/home/me/model.py (15 characters)");
    const auto &facts = read.checkpoint.container;
    QVERIFY(std::find(facts.begin(), facts.end(), fact) != facts.end());
    QCOMPARE(read.warnings(), QStringList());
}

void LegacyReaderTest::keysThatAreNumbersWork()
{
    const std::string storage =
        tuple({text("storage"), global("torch", "FloatStorage"), number(7), text("cpu"), number(2), none()}) + "Q";
    const ReadBack read(legacyPreamble() + pickle(dict({{"w", legacyTensor(storage, 2)}})) + pickle(list({number(7)}))
                        + legacyData(2));
    QCOMPARE(floatsOf(read.storageOf("w")), (std::vector<float>{1, 2}));
}

void LegacyReaderTest::everyPrefixIsAnErrorOrAWarning()
{
    const std::string whole = twoTensors();
    const std::size_t data = whole.size() - 8 - 12 - 8 - 8;
    const std::size_t keys = data - pickle("](" + text("10") + text("20") + "e").size();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const ReadBack read(whole.substr(0, length));
        QCOMPARE(bool(read.root), length >= keys);
        QVERIFY2(!read.root || !read.warnings().isEmpty(), std::to_string(length).c_str());
    }
}

void LegacyReaderTest::aFileCutInItsDataOpensWithoutTheLostStorages()
{
    const std::string whole = twoTensors();
    const ReadBack read(whole.substr(0, whole.size() - 3));
    QVERIFY(read.root);
    QVERIFY(read.storageOf("w").present);
    QVERIFY(!read.storageOf("b").present);
    QCOMPARE(read.warnings(), QStringList("The file ends early, at byte " + QString::number(whole.size() - 3)
                                          + ", inside the data of storage '20'. It may still be downloading or have "
                                            "been cut off."));
}

void LegacyReaderTest::aFileCutInItsPickleSaysAtWhichByte()
{
    const std::string whole = legacyPreamble() + pickle(dict({{"w", number(1)}}));
    const ReadBack read(whole.substr(0, whole.size() - 1));
    QVERIFY(!read.root);
    QCOMPARE(read.root.error().code, ErrorCode::Truncated);
    QCOMPARE(read.root.error().at->value, std::uint64_t(whole.size() - 1));
}

void LegacyReaderTest::aCountThatContradictsThePickleIsAWarning()
{
    const ReadBack read(legacyStream(dict({{"w", legacyTensor(legacyStorage("FloatStorage", "1", 3), 3)},
                                           {"b", legacyTensor(legacyStorage("FloatStorage", "2", 2), 2)}}),
                                     {{"1", legacyData(2)}, {"2", legacyData(2)}}));
    QVERIFY(read.root);
    QVERIFY(!read.storageOf("w").present);
    QVERIFY(read.storageOf("b").present);
    QCOMPARE(read.warnings(), QStringList("Storage '1' should have 12 bytes and the data says 2 elements of 4 bytes."));
}

void LegacyReaderTest::anUnknownKeyEndsTheSearchForData()
{
    const ReadBack read(legacyStream(dict({{"w", legacyTensor(legacyStorage("FloatStorage", "1", 1), 1)}}),
                                     {{"other", legacyData(1)}, {"1", legacyData(1)}}));
    QVERIFY(read.root);
    QVERIFY(!read.storageOf("w").present);
    QCOMPARE(read.warnings().size(), 1);
}

void LegacyReaderTest::bigEndianCountsMeanBigEndianData()
{
    const std::string data = std::string(7, '\0') + '\x01' + "\x3f\x80" + std::string(2, '\0');
    const ReadBack read(
        legacyStream(dict({{"w", legacyTensor(legacyStorage("FloatStorage", "1", 1), 1)}}), {{"1", data}}));
    QVERIFY(read.root);
    QVERIFY(read.storageOf("w").bigEndian);
    QVERIFY(read.storageOf("w").present);
}

void LegacyReaderTest::aParameterOfTheFirstYearsIsATensorWithItsGradient()
{
    const std::string grad = build(
        global("torch.autograd.variable", "Variable") + ")\x81",
        tuple({legacyTensor(legacyStorage("FloatStorage", "2", 2), 2), none(), none(), flag(false), flag(false)}));
    const std::string parameter =
        build(global("torch.nn.parameter", "Parameter") + ")\x81",
              tuple({legacyTensor(legacyStorage("FloatStorage", "1", 2), 2), grad, none(), flag(true), flag(false)}));
    const ReadBack read(legacyStream(dict({{"w", parameter}}), {{"1", legacyData(2)}, {"2", legacyData(2)}}));
    QVERIFY(read.value()["w"].is(ValueKind::Tensor));
    const TensorValue &tensor = read.value()["w"].tensor();
    QVERIFY(tensor.ref.parameter);
    QVERIFY(tensor.ref.requiresGrad);
    const Value attributes(read.checkpoint.values, tensor.attributes);
    QVERIFY(attributes["grad"].is(ValueKind::Tensor));
    QVERIFY(!attributes["grad"].tensor().ref.parameter);
}

void LegacyReaderTest::streamsInsideByteStringsAreReadInPlace()
{
    const std::string inner = legacyStream(legacyStorage("FloatStorage", "1", 3), {{"1", legacyData(3)}});
    const std::string bytes = call("torch.storage", "_load_from_bytes", {rawBytes(inner)});
    const ReadBack read(pickle(dict({{"w", legacyTensor(bytes, 3)}})));
    QCOMPARE(read.text(), QString("{'w': tensor(float32, 3)}"));
    QCOMPARE(read.checkpoint.format, Format::Pickle);
    QCOMPARE(floatsOf(read.storageOf("w")), (std::vector<float>{1, 2, 3}));
    QVERIFY(read.globals().contains("torch.FloatStorage"));
}

void LegacyReaderTest::streamsNestedTooDeepStayCalls()
{
    std::string value = number(5);
    for (int i = 0; i < 12; ++i)
        value = call("torch.storage", "_load_from_bytes", {rawBytes(legacyStream(value, {}))});
    const ReadBack read(pickle(value));
    QVERIFY(read.root);
    QCOMPARE(read.value().kind(), ValueKind::Object);
    QCOMPARE(read.warnings(), QStringList("A tensor inside the pickle cannot be read (streams are nested too deep in "
                                          "one another)."));
}

void LegacyReaderTest::oneByteStringIsReadOnce()
{
    const std::string inner = legacyStream(legacyStorage("FloatStorage", "1", 3), {{"1", legacyData(3)}});
    std::string many = rawBytes(inner) + "q" + std::string(1, '\0') + "0](";
    for (int i = 0; i < 1000; ++i)
        many += global("torch.storage", "_load_from_bytes") + "h" + std::string(1, '\0') + "\x85R";
    const ReadBack read(pickle(many + "e"));
    QVERIFY2(read.root, read.detail().c_str());
    QCOMPARE(read.value().count(), std::size_t(1000));
    QCOMPARE(read.value().at(999).kind(), ValueKind::Storage);
    QCOMPARE(read.checkpoint.values.storages().size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(LegacyReaderTest)
#include "legacy_reader_test.moc"

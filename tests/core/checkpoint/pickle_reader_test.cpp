// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "core/checkpoint/pickle_signature.h"
#include "tests/core/checkpoint/stream_bytes.h"
#endif

#include <QByteArray>
#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

bool isPickle(const std::string &content) { return looksLikePickle(sourceOf(memory(content), 0)); }

std::string evil() { return "\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R."; }

QStringList members(const ReadBack &read)
{
    QStringList members;
    for (const GlobalUse &use : read.checkpoint.globals)
        members << QString::fromStdString(use.name + " | " + use.member);
    return members;
}

}  // namespace

class PickleReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plainValuesAreShown();
    void textProtocolsAreRecognisedByWhatTheyDo();
    void textsAreNoPickles_data();
    void textsAreNoPickles();
    void aBrokenPickleIsOneAllTheSame();
    void namesOfABrokenPickleAreKept();
    void thePicklesBehindTheFirstAreLookedThrough();
    void bytesBehindThePickleAreMentioned();
    void aPickleInsideBase64IsLookedThrough();
    void aPickleInsideAByteStringIsLookedThrough();
    void ordinaryTextIsNotTakenForAPickle();
    void storagesOfAPickleTakenOutOfItsArchiveAreAbsent();
    void everyPrefixOfAPickleIsAnError();
    void bytesWrittenAsTextAreDecoded();
};

void PickleReaderTest::plainValuesAreShown()
{
    const ReadBack read(pickle(dict({{"lr", real(0.5)}, {"steps", list({number(1), number(2)})}})));
    QCOMPARE(read.text(), QString("{'lr': 0.5, 'steps': [1, 2]}"));
    QCOMPARE(read.checkpoint.format, Format::Pickle);
    QCOMPARE(read.warnings(), QStringList());
}

void PickleReaderTest::textProtocolsAreRecognisedByWhatTheyDo()
{
    QCOMPARE(ReadBack("(dp0\nVlr\np1\nF0.5\ns.").text(), QString("{'lr': 0.5}"));
    QCOMPARE(ReadBack("(lp0\nI1\naI2\na.\n").text(), QString("[1, 2]"));
    const std::string binary("]q\0(K\x01K\x02"
                             "e.",
                             10);
    QCOMPARE(ReadBack(binary).text(), QString("[1, 2]"));
    QCOMPARE(ReadBack("I5\n.").text(), QString("5"));
}

void PickleReaderTest::textsAreNoPickles_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("LFS pointer") << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
    QTest::newRow("HTML") << QByteArray("<!DOCTYPE html>\n<html></html>\n");
    QTest::newRow("JSON object") << QByteArray("{\"a\": 1}\n");
    QTest::newRow("JSON list") << QByteArray("[1, 2, 3]");
    QTest::newRow("imports") << QByteArray("import os\nimport sys\nprint(1)\n");
    QTest::newRow("from import") << QByteArray("from torch import nn\nclass A: pass\n");
    QTest::newRow("class") << QByteArray("class Net(nn.Module):\n    def forward(self):\n        return 1\n");
    QTest::newRow("YAML") << QByteArray("lr: 0.1\nepochs: 90\n");
    QTest::newRow("CSV") << QByteArray("Time,Loss\n1,0.5\n2,0.25\n");
    QTest::newRow("prose with N") << QByteArray("N.B. the weights are elsewhere\n");
    QTest::newRow("prose with I") << QByteArray("I like trains\n");
    QTest::newRow("prose with F") << QByteArray("Forward");
    QTest::newRow("brackets") << QByteArray("(see the readme)\n");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("one byte") << QByteArray("N");
    QTest::newRow("unknown protocol") << QByteArray("\x80\x09N.", 4);
    QTest::newRow("no opcode behind the mark") << QByteArray("\x80\x02\xff\xff", 4);
}

void PickleReaderTest::textsAreNoPickles()
{
    QFETCH(QByteArray, content);
    QVERIFY(!isPickle(content.toStdString()));
}

void PickleReaderTest::aBrokenPickleIsOneAllTheSame()
{
    QVERIFY(isPickle("\x80\x04\x95"));
    QVERIFY(isPickle("cbuiltins\nexec\n(X\xff\xff\xff\xff"));
}

void PickleReaderTest::namesOfABrokenPickleAreKept()
{
    const ReadBack read("cbuiltins\nexec\n(X\xff\xff\xff\x7fpass");
    QVERIFY(!read.root);
    QCOMPARE(read.root.error().code, ErrorCode::Truncated);
    QCOMPARE(read.globals(), QStringList("builtins.exec"));
    QCOMPARE(read.checkpoint.globals.front().safety, Safety::Dangerous);
}

void PickleReaderTest::thePicklesBehindTheFirstAreLookedThrough()
{
    const ReadBack read(pickle(list({number(1)})) + evil() + pickle(number(3)));
    QCOMPARE(read.text(), QString("[1]"));
    QCOMPARE(members(read), QStringList("os.system | pickle 2"));
    QCOMPARE(read.warnings(), QStringList("The file holds 3 pickles one after another; the first is shown."));
}

void PickleReaderTest::bytesBehindThePickleAreMentioned()
{
    const std::string first = pickle(number(1));
    QCOMPARE(ReadBack(first + "more than that").warnings(),
             QStringList(QString("After the pickle, at byte %1, follow 14 bytes that are none.").arg(first.size())));
    QCOMPARE(ReadBack(first + "\n").warnings(), QStringList());
}

void PickleReaderTest::aPickleInsideBase64IsLookedThrough()
{
    const QByteArray hidden = QByteArray::fromStdString(evil());
    const std::string base64 = hidden.toBase64().toStdString();
    const ReadBack read(pickle(dict({{"weights", text(base64)}})));
    const std::size_t at = pickle(dict({{"weights", text(base64)}})).find("gA");
    QCOMPARE(members(read), QStringList(QString("os.system | inside a string at byte %1").arg(at)));
    QCOMPARE(read.checkpoint.globals.front().safety, Safety::Dangerous);
}

void PickleReaderTest::aPickleInsideAByteStringIsLookedThrough()
{
    const std::string deep = pickle(dict({{"inner", rawBytes(evil())}}));
    const ReadBack read(pickle(list({rawBytes(deep)})));
    QCOMPARE(members(read), QStringList("os.system | inside a byte string of a hidden pickle"));
}

void PickleReaderTest::ordinaryTextIsNotTakenForAPickle()
{
    const ReadBack read(pickle(list(
        {text("gAme over, insert coin"), text("gASVMTIzNDU2Nzg5MDEyMzQ1"), rawBytes("\x80\x02 some other bytes")})));
    QVERIFY(read.root);
    QCOMPARE(read.globals(), QStringList());
}

void PickleReaderTest::storagesOfAPickleTakenOutOfItsArchiveAreAbsent()
{
    const ReadBack read(pickle(dict({{"w", tensor("FloatStorage", "0", 4)}})));
    QCOMPARE(read.text(), QString("{'w': tensor(float32, 4)}"));
    QVERIFY(!read.storageOf("w").present);
    QCOMPARE(read.storageOf("w").bytes.value, std::uint64_t(16));
}

void PickleReaderTest::everyPrefixOfAPickleIsAnError()
{
    const std::string whole = pickle(dict({{"w", tensor("FloatStorage", "0", 4)}, {"s", text("text")}}));
    for (std::size_t length = 0; length < whole.size(); ++length)
        QVERIFY2(!ReadBack(whole.substr(0, length)).root, std::to_string(length).c_str());
}

void PickleReaderTest::bytesWrittenAsTextAreDecoded()
{
    // pickle.dump(tensor, protocol=2) in Python 3: _codecs.encode('\x80...', 'latin1').
    const std::string inner = legacyStream(legacyStorage("FloatStorage", "1", 2), {{"1", legacyData(2)}});
    const std::string utf8 = QString::fromLatin1(inner.data(), static_cast<qsizetype>(inner.size())).toStdString();
    const std::string bytes = call("_codecs", "encode", {text(utf8), text("latin1")});
    const ReadBack read(pickle(dict({{"w", legacyTensor(call("torch.storage", "_load_from_bytes", {bytes}), 2)}})));
    QCOMPARE(read.text(), QString("{'w': tensor(float32, 2)}"));
    QCOMPARE(floatsOf(read.storageOf("w")), (std::vector<float>{1, 2}));
}

QTEST_GUILESS_MAIN(PickleReaderTest)
#include "pickle_reader_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/pickle/pickle_bytes.h"
#include "tests/core/pickle/python_streams.h"

#ifndef Q_MOC_RUN
#include "core/pickle/resolve.h"
#endif

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

std::string contentOf(const PythonStream &stream) { return QByteArray::fromBase64(stream.base64).toStdString(); }

std::string repeated(std::string_view part, std::size_t times)
{
    std::string all;
    all.reserve(part.size() * times);
    for (std::size_t i = 0; i < times; ++i)
        all += part;
    return all;
}

/// Little-endian number, as lengths are written.
std::string number(std::uint64_t value, std::size_t width)
{
    std::string bytes;
    for (std::size_t i = 0; i < width; ++i)
        bytes.push_back(static_cast<char>(value >> 8 * i));
    return bytes;
}

}  // namespace

class PickleDamageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPrefixIsTruncatedAtItsEnd();
    void everyChangedByteGivesAValueOrAnError();
    void hugeSizesTakeNoMemory();
    void negativeSizesAreCorrupt();
    void longTextAndBytesStayInTheFile();
    void aMillionListsInOneAnotherAreFine();
    void aMillionCallsOfCallsAreFine();
    void memoBombsStayLinear();
    void tooManyValuesAreTooLarge();
    void tooDeepAStackIsTooLarge();
    void tooManyMemoEntriesAreTooLarge();
    void hostileIntegersTakeLimitedWork();
    void readingStopsWhenAsked();
    void progressIsInBytesOfTheFile();
};

void PickleDamageTest::everyPrefixIsTruncatedAtItsEnd()
{
    for (const PythonStream &stream : kPlainStreams) {
        const std::string whole = contentOf(stream);
        QVERIFY(Unpickling(whole).result);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const Unpickling cut(std::string_view(whole).substr(0, length));
            QVERIFY(!cut.result);
            QCOMPARE(cut.result.error().code, ErrorCode::Truncated);
            QCOMPARE(cut.result.error().at->value, std::uint64_t(length));
            QVERIFY(cut.error().starts_with("pickle: "));
        }
    }
}

void PickleDamageTest::everyChangedByteGivesAValueOrAnError()
{
    const ObjectResolver resolver;
    std::size_t errors = 0;
    std::size_t values = 0;
    const auto tryIt = [&](const std::string &pickle) {
        Unpickling changed(pickle);
        resolver.run(changed.tree, {0});
        ++(changed.result ? values : errors);
        QVERIFY(!changed.text().empty());
        QVERIFY(changed.result || !changed.error().empty());
    };
    for (const PythonStream &stream : {kTypeStreams[0], kTypeStreams[1], kTypeStreams[2], kPython2TypeStreams[0],
                                       kPython2TypeStreams[1], kNumpyStreams[1], kNumpyStreams[3]}) {
        const std::string whole = contentOf(stream);
        for (std::size_t at = 0; at < whole.size(); ++at) {
            for (const char value :
                 {'\0', '\xff', '.', '(', 'R', 'b', '0', '2', ')', static_cast<char>(whole[at] ^ 1)}) {
                std::string changed = whole;
                changed[at] = value;
                tryIt(changed);
            }
        }
    }
    QVERIFY(errors > 1000);
    QVERIFY(values > 1000);
}

void PickleDamageTest::hugeSizesTakeNoMemory()
{
    const std::string huge = number(0x7fff'ffff, 4);
    for (const std::string &pickle : {"X" + huge, "B" + huge, "T" + huge, "\x8b" + huge,
                                      "\x8d" + number(~std::uint64_t(0), 8), "\x8e" + number(~std::uint64_t(0) - 8, 8),
                                      "\x96" + number(std::uint64_t(1) << 62, 8), "\x8a\xff" + std::string("12")}) {
        const Unpickling read(pickle + "abc.");
        QVERIFY(!read.result);
        QCOMPARE(read.result.error().code, ErrorCode::Truncated);
        QCOMPARE(read.result.error().at->value, std::uint64_t(pickle.size() + 4));
        QVERIFY(read.tree.memory().value < 10'000);
    }
}

void PickleDamageTest::negativeSizesAreCorrupt()
{
    for (const std::string &pickle : {"T" + number(~std::uint64_t(0), 4), "\x8b" + number(~std::uint64_t(0), 4)}) {
        const Unpickling read(pickle + "abc.");
        QCOMPARE(read.result.error().code, ErrorCode::Corrupt);
        QVERIFY(read.error().ends_with("at byte 0 has a negative length"));
    }
}

void PickleDamageTest::longTextAndBytesStayInTheFile()
{
    const std::string longText(100'000, 'x');
    const std::string size = number(longText.size(), 4);
    const Unpickling read("(X" + size + longText + "B" + size + longText + "T" + size + longText + "t.", {}, {0});
    QVERIFY(read.result);
    QCOMPARE(read.root().count(), std::size_t(3));
    const ValueKind kinds[] = {ValueKind::Str, ValueKind::Bytes, ValueKind::Bytes};
    for (std::size_t i = 0; i < 3; ++i) {
        const Value value = read.root().at(i);
        QCOMPARE(value.kind(), kinds[i]);
        const ExternalBytes *external = read.tree.externalBytes(value.id());
        QVERIFY(external);
        QCOMPARE(external->range.start.value, std::uint64_t(6 + i * 100'005));
        QCOMPARE(external->range.length.value, std::uint64_t(100'000));
    }
    QVERIFY(read.tree.memory().value < 10'000);
}

void PickleDamageTest::aMillionListsInOneAnotherAreFine()
{
    constexpr std::size_t kDepth = 1'000'000;
    const Unpickling nested(std::string(kDepth, ']') + std::string(kDepth - 1, 'a') + ".");
    QVERIFY(nested.result);
    QCOMPARE(nested.tree.size(), kDepth);
    QVERIFY(!nested.text().empty());
    const Unpickling tuples("N" + std::string(kDepth, '\x85') + ".");
    QVERIFY(tuples.result);
    QVERIFY(!tuples.text().empty());
    const Unpickling marks(std::string(kDepth, '(') + "N" + std::string(kDepth, 't') + ".");
    QVERIFY(marks.result);
}

void PickleDamageTest::aMillionCallsOfCallsAreFine()
{
    Unpickling calls("cm\nf\n" + repeated(")R", 1'000'000) + ".");
    QVERIFY(calls.result);
    ObjectResolver().run(calls.tree, {0});
    std::size_t named = 0;
    for (std::uint32_t i = 0; i < calls.tree.size(); ++i)
        named += calls.tree.className({i}).empty() ? 0 : 1;
    QVERIFY(named > 0);
    const Unpickling states("cm\nf\n)R" + repeated("Nb", 1'000'000) + ".");
    QVERIFY(states.result);
    QCOMPARE(states.tree.children(states.root().object().state).size(), std::size_t(1'000'000));
}

void PickleDamageTest::memoBombsStayLinear()
{
    // Each list holds the one before ten times: written out it would be 10**200 items.
    std::string bomb = "]";
    for (int level = 0; level < 200; ++level)
        bomb += "\x94](" + repeated("h" + number(static_cast<std::uint64_t>(level), 1), 10) + "e";
    const Unpickling read(bomb + ".");
    QVERIFY2(read.result, read.error().c_str());
    QCOMPARE(read.tree.size(), std::size_t(201));
    QVERIFY(read.text().size() < 1000);
}

void PickleDamageTest::tooManyValuesAreTooLarge()
{
    PickleMachine::Options options;
    options.limits.treeBytes = 100'000;
    const Unpickling read("](" + repeated("]", 20'000) + "e.", options);
    QCOMPARE(read.result.error().code, ErrorCode::TooLarge);
    QVERIFY(read.tree.memory().value < 300'000);
    std::string names;
    for (int i = 0; i < 5000; ++i)
        names += "cm\nf" + std::to_string(i) + "\n0";
    QCOMPARE(Unpickling(names + "N.", options).result.error().code, ErrorCode::TooLarge);
}

void PickleDamageTest::tooDeepAStackIsTooLarge()
{
    PickleMachine::Options options;
    options.limits.stackDepth = 5000;
    QCOMPARE(Unpickling(std::string(10'000, 'N') + ".", options).result.error().code, ErrorCode::TooLarge);
    QCOMPARE(Unpickling(std::string(10'000, '(') + "N.", options).result.error().code, ErrorCode::TooLarge);
    QVERIFY(Unpickling(std::string(3000, 'N') + ".", options).result);
}

void PickleDamageTest::tooManyMemoEntriesAreTooLarge()
{
    PickleMachine::Options options;
    options.limits.memo = 20'000;
    QCOMPARE(Unpickling("N" + std::string(30'000, '\x94') + ".", options).result.error().code, ErrorCode::TooLarge);
    std::string far = "N";
    for (std::uint64_t i = 0; i < 5000; ++i)
        far += "r" + number(100'000 + i * 1'000, 4);
    QCOMPARE(Unpickling(far + ".", options).result.error().code, ErrorCode::TooLarge);
}

void PickleDamageTest::hostileIntegersTakeLimitedWork()
{
    const std::string integer = "\x8b" + number(8304, 4) + std::string(8304, '\x77');
    const Unpickling read("](" + repeated(integer, 400) + "e.");
    QVERIFY(read.result);
    QCOMPARE(read.root().at(0).kind(), ValueKind::BigInt);
    QCOMPARE(read.root().at(0).text().size(), std::size_t(19'998));
    QCOMPARE(read.root().at(399).kind(), ValueKind::Bytes);
    QVERIFY(read.root().at(399).className() == "int");
}

void PickleDamageTest::readingStopsWhenAsked()
{
    std::stop_source source;
    source.request_stop();
    PickleMachine::Options options;
    options.stop = source.get_token();
    QCOMPARE(Unpickling("N.", options).result.error().code, ErrorCode::Cancelled);
}

void PickleDamageTest::progressIsInBytesOfTheFile()
{
    Progress progress;
    PickleMachine::Options options;
    options.progress = &progress;
    const Unpickling read(std::string(5000, 'N') + ".trailing", options);
    QVERIFY(read.result);
    QCOMPARE(progress.total.load(), std::uint64_t(5009));
    QCOMPARE(progress.done.load(), std::uint64_t(5001));
}

QTEST_GUILESS_MAIN(PickleDamageTest)
#include "pickle_damage_test.moc"

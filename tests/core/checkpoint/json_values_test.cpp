// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "core/checkpoint/json_values.h"
#include "core/pickle/value_text.h"
#endif

#include <QTest>

using namespace waypoint;

namespace {

QString textOf(const std::string &json)
{
    ValueTree tree;
    const auto read = readJson(json, tree);
    if (!read)
        return QString::fromStdString(read.error().detail);
    return QString::fromStdString(pythonText(Value(tree, read->root)));
}

}  // namespace

class JsonValuesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindOfValueIsRead();
    void integersStayExactAtAnySize();
    void theLastOfEqualKeysCounts();
    void errorsSayAtWhichByte();
    void deepNestingIsRefusedWithoutRecursion();
    void depthWithinTheLimitIsRead();
    void memoryIsBounded();
};

void JsonValuesTest::everyKindOfValueIsRead()
{
    QCOMPARE(textOf(R"({"a": [1, -2, 0.5, true, false, null, "text"], "b": {}, "c": []})"),
             QString("{'a': [1, -2, 0.5, True, False, None, 'text'], 'b': {}, 'c': []}"));
}

void JsonValuesTest::integersStayExactAtAnySize()
{
    QCOMPARE(textOf("[9223372036854775807, 9223372036854775808, 18446744073709551616, "
                    "-123456789012345678901234567890]"),
             QString("[9223372036854775807, 9223372036854775808, 18446744073709551616, "
                     "-123456789012345678901234567890]"));
}

void JsonValuesTest::theLastOfEqualKeysCounts()
{
    ValueTree tree;
    const auto read = readJson(R"({"a": 1, "b": 2, "a": 3})", tree);
    QVERIFY(read);
    QCOMPARE(QString::fromStdString(pythonText(Value(tree, read->root))), QString("{'a': 3, 'b': 2}"));
    QCOMPARE(read->warnings, (std::vector<std::string>{
                                 "The key 'a' is given more than once in the JSON text; the last value counts."}));
}

void JsonValuesTest::errorsSayAtWhichByte()
{
    ValueTree tree;
    const auto wrong = readJson("{\"a\": x}", tree);
    QVERIFY(!wrong);
    QCOMPARE(wrong.error().code, ErrorCode::Corrupt);
    QCOMPARE(wrong.error().at->value, std::uint64_t(6));
    const auto early = readJson("{\"a\": [1, 2", tree);
    QVERIFY(!early);
    QCOMPARE(early.error().code, ErrorCode::Truncated);
}

void JsonValuesTest::deepNestingIsRefusedWithoutRecursion()
{
    ValueTree tree;
    const auto read = readJson(std::string(2'000'000, '['), tree);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::TooLarge);
}

void JsonValuesTest::depthWithinTheLimitIsRead()
{
    ValueTree tree;
    QVERIFY(readJson(std::string(400, '[') + std::string(400, ']'), tree));
}

void JsonValuesTest::memoryIsBounded()
{
    Limits limits;
    limits.treeBytes = 1u << 20;
    std::string json = "[0";
    for (int i = 0; i < 200'000; ++i)
        json += ",0";
    ValueTree tree;
    const auto read = readJson(json + "]", tree, limits);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::TooLarge);
}

QTEST_GUILESS_MAIN(JsonValuesTest)
#include "json_values_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/pickle/pickle_bytes.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// Kind and content of what a pickle of one scalar holds.
struct Scalar
{
    ValueKind kind = ValueKind::None;
    std::int64_t integer = 0;
    double real = 0;
    std::string text;
};

Scalar scalarOf(std::string_view pickle)
{
    const Unpickling read(pickle);
    if (!read.result) {
        qWarning("%s", read.error().c_str());
        return {.kind = ValueKind::Persistent};
    }
    const Value root = read.root();
    Scalar scalar{.kind = root.kind(), .text = std::string(root.text())};
    scalar.integer = root.integer().value_or(0);
    scalar.real = root.is(ValueKind::Float) ? read.tree.real(root.id()) : 0;
    return scalar;
}

bool isInt(std::string_view pickle, std::int64_t expected)
{
    const Scalar scalar = scalarOf(pickle);
    return scalar.kind == ValueKind::Int && scalar.integer == expected;
}

bool isText(std::string_view pickle, ValueKind kind, std::string_view expected)
{
    const Scalar scalar = scalarOf(pickle);
    return scalar.kind == kind && scalar.text == expected;
}

bool isFloat(std::string_view pickle, double expected)
{
    const Scalar scalar = scalarOf(pickle);
    return scalar.kind == ValueKind::Float && scalar.real == expected
           && std::signbit(scalar.real) == std::signbit(expected);
}

}  // namespace

class PickleMachineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noneAndBoolsAreValues();
    void integersOfEveryOpcodeAreExact();
    void integersBeyondSixtyFourBitsAreDecimal();
    void integersTooLongToConvertStayBytes();
    void floatsAreExact();
    void textOfPython3IsText();
    void textOfPython2IsTextWhereItIsUtf8();
    void textWithLoneSurrogatesStaysReadable();
    void bytesAreBytes();
};

void PickleMachineTest::noneAndBoolsAreValues()
{
    QCOMPARE(scalarOf("N.").kind, ValueKind::None);
    QCOMPARE(scalarOf("\x88.").kind, ValueKind::Bool);
    QCOMPARE(scalarOf("\x88.").integer, 1);
    QCOMPARE(scalarOf("\x89.").kind, ValueKind::Bool);
    QCOMPARE(scalarOf("I01\n.").kind, ValueKind::Bool);
    QCOMPARE(scalarOf("I01\n.").integer, 1);
    QCOMPARE(scalarOf("I00\n.").kind, ValueKind::Bool);
}

void PickleMachineTest::integersOfEveryOpcodeAreExact()
{
    QVERIFY(isInt("I0\n.", 0));
    QVERIFY(isInt("I-42\n.", -42));
    QVERIFY(isInt("I9223372036854775807\n.", std::numeric_limits<std::int64_t>::max()));
    QVERIFY(isInt("I0x1f\n.", 31));
    QVERIFY(isInt("L123L\n.", 123));
    QVERIFY(isInt("L-9223372036854775808L\n.", std::numeric_limits<std::int64_t>::min()));
    QVERIFY(isInt(bytes("K\xff."), 255));
    QVERIFY(isInt(bytes("M\x01\x80."), 32769));
    QVERIFY(isInt(bytes("J\xff\xff\xff\xff."), -1));
    QVERIFY(isInt(bytes("J\x00\x00\x00\x80."), std::numeric_limits<std::int32_t>::min()));
    QVERIFY(isInt(bytes("\x8a\x00."), 0));
    QVERIFY(isInt(bytes("\x8a\x01\x80."), -128));
    QVERIFY(isInt(bytes("\x8a\x02\xff\x00."), 255));
    QVERIFY(isInt(bytes("\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80."), std::numeric_limits<std::int64_t>::min()));
    QVERIFY(isInt(bytes("\x8b\x02\x00\x00\x00\x00\x01."), 256));
    QVERIFY(isInt(bytes("\x8a\x0a\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff."), -2));
}

void PickleMachineTest::integersBeyondSixtyFourBitsAreDecimal()
{
    QVERIFY(isText("L1234567890987654321012345678909876543210L\n.", ValueKind::BigInt,
                   "1234567890987654321012345678909876543210"));
    QVERIFY(isText("I9223372036854775808\n.", ValueKind::BigInt, "9223372036854775808"));
    QVERIFY(isText(bytes("\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00."), ValueKind::BigInt, "9223372036854775808"));
    QVERIFY(isText(bytes("\x8a\x09\xff\xff\xff\xff\xff\xff\xff\x7f\xff."), ValueKind::BigInt, "-9223372036854775809"));
    QVERIFY(isText(bytes("\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01."), ValueKind::BigInt, "18446744073709551616"));
    // -(2**1000)
    QVERIFY(isText(
        bytes("\x8a\x7e") + std::string(125, '\0') + "\xff.", ValueKind::BigInt,
        "-1071508607186267320948425049060001810561404811705533607443750388370351051124936122493198378815695858127594672"
        "9"
        "17553146825187145285692314043598457757469857480393456777482423098542107460506237114187795418215304647498358194"
        "126739876755916554394607706291457119647768654216766042983165262438683720566806937"
        "6"));
}

void PickleMachineTest::integersTooLongToConvertStayBytes()
{
    const std::uint32_t length = 100'000;
    std::string pickle = "\x8b";
    for (unsigned i = 0; i < 4; ++i)
        pickle.push_back(static_cast<char>(length >> 8 * i));
    pickle += std::string(length, '\x5a') + ".";
    const Unpickling read(pickle);
    QVERIFY(read.result);
    QCOMPARE(read.root().kind(), ValueKind::Bytes);
    QVERIFY(read.root().className() == "int");
    QCOMPARE(read.tree.byteLength(read.result->root).value, std::uint64_t(length));
    QVERIFY(isText("L" + std::string(100'000, '7') + "L\n.", ValueKind::BigInt, std::string(100'000, '7')));
}

void PickleMachineTest::floatsAreExact()
{
    QVERIFY(isFloat("F3.1415926\n.", 3.1415926));
    QVERIFY(isFloat("F-0.0\n.", -0.0));
    QVERIFY(isFloat("F1e-400\n.", 0.0));
    QVERIFY(isFloat("F-inf\n.", -std::numeric_limits<double>::infinity()));
    QVERIFY(std::isnan(scalarOf("Fnan\n.").real));
    QVERIFY(isFloat(bytes("G\x3f\xb9\x99\x99\x99\x99\x99\x9a."), 0.1));
    QVERIFY(isFloat(bytes("G\x00\x00\x00\x00\x00\x00\x00\x01."), 5e-324));
}

void PickleMachineTest::textOfPython3IsText()
{
    const std::string resume = "R\xc3\xa9sum\xc3\xa9";
    QVERIFY(isText("VR\xe9sum\\u00e9\n.", ValueKind::Str, resume));
    QVERIFY(isText("V\\U0001f600\\u000a\\\\u0041\n.", ValueKind::Str, "\xf0\x9f\x98\x80\n\\\\u0041"));
    QVERIFY(isText("V\\ud83d\\ude00\n.", ValueKind::Str, "\xf0\x9f\x98\x80"));
    QVERIFY(isText(bytes("X\x08\x00\x00\x00") + resume + ".", ValueKind::Str, resume));
    QVERIFY(isText(bytes("\x8c\x08") + resume + ".", ValueKind::Str, resume));
    QVERIFY(isText(bytes("\x8d\x08\x00\x00\x00\x00\x00\x00\x00") + resume + ".", ValueKind::Str, resume));
    QVERIFY(isText(bytes("\x8c\x00."), ValueKind::Str, ""));
}

void PickleMachineTest::textOfPython2IsTextWhereItIsUtf8()
{
    QVERIFY(isText("S'it\\'s \\x41\\n\\101\\q'\n.", ValueKind::Str, "it's A\nA\\q"));
    QVERIFY(isText("S\"\\xff\\x00\"\n.", ValueKind::Bytes, bytes("\xff\x00")));
    QVERIFY(isText(bytes("U\x03"
                         "abc."),
                   ValueKind::Str, "abc"));
    QVERIFY(isText(bytes("T\x02\x00\x00\x00\xc3\x28."), ValueKind::Bytes, "\xc3\x28"));
}

void PickleMachineTest::textWithLoneSurrogatesStaysReadable()
{
    QVERIFY(isText(bytes("\x8c\x05"
                         "a\xed\xa0\x80z."),
                   ValueKind::Str, "a\xef\xbf\xbdz"));
    QVERIFY(isText("V\\ud800!\n.", ValueKind::Str, "\xef\xbf\xbd!"));
    QVERIFY(isText(bytes("\x8c\x02\xff\x41."), ValueKind::Str, "\xef\xbf\xbd\x41"));
}

void PickleMachineTest::bytesAreBytes()
{
    QVERIFY(isText(bytes("C\x02\x00\xff."), ValueKind::Bytes, bytes("\x00\xff")));
    QVERIFY(isText(bytes("B\x02\x00\x00\x00\x00\xff."), ValueKind::Bytes, bytes("\x00\xff")));
    QVERIFY(isText(bytes("\x8e\x02\x00\x00\x00\x00\x00\x00\x00\x00\xff."), ValueKind::Bytes, bytes("\x00\xff")));
    const Unpickling array(bytes("\x80\x05\x96\x03\x00\x00\x00\x00\x00\x00\x00"
                                 "abc\x98."));
    QVERIFY(array.result);
    QCOMPARE(array.root().kind(), ValueKind::Bytes);
    QVERIFY(array.root().className() == "bytearray");
    QCOMPARE(array.result->protocol, 5);
    const Unpickling outside(bytes("\x80\x05\x97."));
    QVERIFY(outside.root().className() == "out-of-band buffer");
}

QTEST_GUILESS_MAIN(PickleMachineTest)
#include "pickle_machine_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN
#include "app/inspect/array_elements.h"
#endif

#include <QTest>

using namespace waypoint;

class ArrayElementsTest : public QObject
{
    Q_OBJECT

private:
    static ArrayValue array(ValueTree &tree, std::string dtype, SmallDims shape, std::string_view bytes)
    {
        return {.dtype = std::move(dtype), .shape = std::move(shape), .data = tree.addBytes(bytes)};
    }

private Q_SLOTS:
    void smallArraysAreListed()
    {
        ValueTree tree;
        QCOMPARE(smallArrayJson(tree, array(tree, "int16", {2}, std::string_view("\xff\xff\x02\x00", 4))),
                 std::string("[-1, 2]"));
        QCOMPARE(smallArrayJson(tree, array(tree, "bool", {2}, std::string_view("\x00\x01", 2))),
                 std::string("[false, true]"));
        QCOMPARE(smallArrayJson(tree, array(tree, "float16", {3}, std::string_view("\x00\x3c\x01\x00\x00\xfc", 6))),
                 std::string("[1.0, 5.960464477539063e-08, \"-Infinity\"]"));
        QCOMPARE(smallArrayJson(tree, array(tree, "uint64", {}, "\xff\xff\xff\xff\xff\xff\xff\xff")),
                 std::string("[18446744073709551615]"));
        QCOMPARE(smallArrayJson(tree, array(tree, "float32", {0}, "")), std::string("[]"));
    }

    void largeAndUnknownArraysAreNot()
    {
        ValueTree tree;
        QCOMPARE(smallArrayJson(tree, array(tree, "uint8", {17}, std::string(17, 'x'))), std::string());
        QCOMPARE(smallArrayJson(tree, array(tree, "<U1", {1}, "a\0\0\0")), std::string());
        QCOMPARE(smallArrayJson(tree, array(tree, "nonsense", {1}, "a")), std::string());
        QCOMPARE(smallArrayJson(tree, array(tree, "uint8", {-1}, "a")), std::string());
    }

    void bytesAndShapeMustAgree()
    {
        ValueTree tree;
        const auto result = arrayBytes(tree, array(tree, "int32", {2}, "only5"));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Corrupt);
        const std::int64_t huge = std::int64_t{1} << 62;
        QVERIFY(!arrayBytes(tree, array(tree, "int32", {huge, huge}, "")));
    }

    void columnMajorAndBigEndianBecomeRowMajorAndLittle()
    {
        ValueTree tree;
        ArrayValue columns = array(tree, "uint8", {2, 3}, "adbecf");
        columns.fortranOrder = true;
        QCOMPARE(*arrayBytes(tree, columns), std::string("abcdef"));
        ArrayValue big = array(tree, "complex64", {1}, "dcbahgfe");
        big.bigEndian = true;
        QCOMPARE(*arrayBytes(tree, big), std::string("abcdefgh"));
    }

    void typesAreKnownByName()
    {
        QCOMPARE(arrayType("<U12")->bytes, std::size_t(48));
        QCOMPARE(arrayType("|S3")->bytes, std::size_t(3));
        QCOMPARE(arrayType("datetime64[ns]")->bytes, std::size_t(8));
        QVERIFY(!arrayType("object"));
        QVERIFY(!arrayType("<U"));
        QVERIFY(!arrayType("<U99999999999"));
    }
};

QTEST_GUILESS_MAIN(ArrayElementsTest)
#include "array_elements_test.moc"

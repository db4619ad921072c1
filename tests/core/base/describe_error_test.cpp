// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/base/describe_error.h"
#include "core/base/printable.h"

using namespace waypoint;

namespace {

QString sentence(const Error &error) { return QString::fromStdString(describe(error)); }

}  // namespace

class DescribeErrorTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSentenceTellsPlaceFactsAndRemedy()
    {
        QCOMPARE(sentence({ErrorCode::Truncated, "zip: entry 'data/3' runs past the end", ByteOffset{1234}}),
                 QString("The file ends too early at byte 1,234 (zip: entry 'data/3' runs past the end). "
                         "Copy or download it again; salvage saves what is left."));
    }

    void adviceOfTheErrorReplacesTheUsualOne()
    {
        QCOMPARE(sentence({ErrorCode::NotFound, "No such file or directory", {}, "Look in the other folder"}),
                 QString("There is no such file or folder (No such file or directory). Look in the other folder."));
    }

    void aByteThatTheDetailNamesIsNotRepeated()
    {
        const auto detail = "pickle: bad opcode at byte 1234";
        QVERIFY(!sentence({ErrorCode::Corrupt, detail, ByteOffset{1234}}).contains("1,234"));
        QVERIFY(sentence({ErrorCode::Corrupt, detail, ByteOffset{123}}).contains("at byte 123 ("));
    }

    void anotherFileIsNamed()
    {
        QCOMPARE(sentence({ErrorCode::NotFound, {}, {}, "Fetch it.", "model-00002.safetensors"}),
                 QString("There is no such file or folder: 'model-00002.safetensors'. Fetch it."));
    }

    void everyCodeHasOneLineOfItsOwn()
    {
        QStringList seen;
        for (int code = 0; code <= static_cast<int>(ErrorCode::Cancelled); ++code) {
            const auto text = sentence({static_cast<ErrorCode>(code), "a\nb\r\x1b[31m"});
            QVERIFY(!text.contains('\n') && !text.contains('\r') && !text.contains('\x1b'));
            QVERIFY(text.endsWith('.'));
            QVERIFY(!seen.contains(text));
            seen << text;
        }
        QCOMPARE(seen.size(), 14);
    }

    void textOfAFileBecomesPrintable()
    {
        QCOMPARE(printable("Gewichte/größe"), std::string("Gewichte/größe"));
        QCOMPARE(printable(std::string_view("a\0b\n\x7f", 5)), std::string("a\\x00b\\x0a\\x7f"));
        QCOMPARE(printable("\xff\xc0\xaf\xed\xa0\x80"), std::string("\\xff\\xc0\\xaf\\xed\\xa0\\x80"));
        QCOMPARE(printable("\xe2\x80\xae"
                           "x\xc2\x85"),
                 std::string("\\xe2\\x80\\xaex\\xc2\\x85"));
        QCOMPARE(printable("\xe2\x82"), std::string("\\xe2\\x82"));
        QCOMPARE(printable("\xf0\x9f\x94\xa5"), std::string("\xf0\x9f\x94\xa5"));
    }

    void longTextIsCutBetweenCharacters()
    {
        QCOMPARE(printable("aaé", 3), std::string("aa..."));
        QCOMPARE(printable("abc", 3), std::string("abc"));
        QVERIFY(printable(std::string(1'000'000, '\x01')).size() <= 203);
    }

    void digitsComeInGroups()
    {
        QCOMPARE(groupedDigits(0), std::string("0"));
        QCOMPARE(groupedDigits(999), std::string("999"));
        QCOMPARE(groupedDigits(1'000), std::string("1,000"));
        QCOMPARE(groupedDigits(18'446'744'073'709'551'615u), std::string("18,446,744,073,709,551,615"));
    }
};

QTEST_GUILESS_MAIN(DescribeErrorTest)
#include "describe_error_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/sample_checkpoint.h"
#include "ui/models/entry_text.h"
#include "ui/models/summary.h"
#include "ui/models/text.h"

#include <QtCore/QDateTime>
#include <QtTest/QTest>

#include <limits>

using namespace waypoint;
using namespace waypoint::test;

class TextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void bytesHaveThreeDigitsAndAUnitOfThousands_data()
    {
        QTest::addColumn<quint64>("size");
        QTest::addColumn<QString>("expected");
        QTest::newRow("none") << quint64(0) << QStringLiteral("0 B");
        QTest::newRow("bytes") << quint64(999) << QStringLiteral("999 B");
        QTest::newRow("kilobyte") << quint64(1000) << QStringLiteral("1.00 KB");
        QTest::newRow("below ten") << quint64(1800) << QStringLiteral("1.80 KB");
        QTest::newRow("rounds up") << quint64(9'999) << QStringLiteral("10.0 KB");
        QTest::newRow("hundreds") << quint64(248'024) << QStringLiteral("248 KB");
        QTest::newRow("next unit") << quint64(999'999) << QStringLiteral("1.00 MB");
        QTest::newRow("vgg16") << quint64(553'433'881) << QStringLiteral("553 MB");
        QTest::newRow("largest") << std::numeric_limits<quint64>::max() << QStringLiteral("18.4 EB");
    }
    void bytesHaveThreeDigitsAndAUnitOfThousands()
    {
        QFETCH(quint64, size);
        QFETCH(QString, expected);
        QCOMPARE(text::bytes({size}), expected);
    }

    void numbersHaveFourDigits()
    {
        QCOMPARE(text::number(0.123456), QStringLiteral("0.1235"));
        QCOMPARE(text::number(0.1), QStringLiteral("0.1"));
        QCOMPARE(text::number(1234567.0), QStringLiteral("1,234,567"));
        QCOMPARE(text::number(std::numeric_limits<double>::quiet_NaN()), QStringLiteral("NaN"));
        QCOMPARE(text::number(-std::numeric_limits<double>::infinity()), QStringLiteral("−∞"));
        QCOMPARE(text::exactNumber(0.1), QStringLiteral("0.1"));
        QCOMPARE(text::integer(std::numeric_limits<std::int64_t>::min()), QStringLiteral("-9,223,372,036,854,775,808"));
    }

    void shapesReadAsTextAndAsPython()
    {
        QCOMPARE(text::shape({64, 3, 7, 7}), QStringLiteral("64×3×7×7"));
        QCOMPARE(text::shape({}), QStringLiteral("scalar"));
        QCOMPARE(text::pythonShape({64, 3}), QStringLiteral("(64, 3)"));
        QCOMPARE(text::pythonShape({5}), QStringLiteral("(5,)"));
        QCOMPARE(text::pythonShape({}), QStringLiteral("()"));
    }

    void timesAreToldAsPeopleDo()
    {
        const QDateTime now(QDate(2024, 5, 17), QTime(15, 0));
        QCOMPARE(text::ago(now.addSecs(-20), now), QStringLiteral("just now"));
        QCOMPARE(text::ago(now.addSecs(-90), now), QStringLiteral("1 minute ago"));
        QCOMPARE(text::ago(now.addSecs(-600), now), QStringLiteral("10 minutes ago"));
        QVERIFY(text::ago(now.addSecs(-7200), now).startsWith(QStringLiteral("today 1:00")));
        QVERIFY(text::ago(now.addDays(-1), now).startsWith(QStringLiteral("yesterday 3:00")));
        QCOMPARE(text::ago(now.addDays(-40), now), QStringLiteral("7 Apr"));
        QCOMPARE(text::ago(now.addYears(-2), now), QStringLiteral("17 May 2022"));
        QCOMPARE(text::ago(now.addSecs(3600), now).left(5), QStringLiteral("today"));
    }

    void pythonPathCanBePastedIntoPython()
    {
        const CheckpointPtr checkpoint = named(built(dict({{"net", dict({{"conv1.weight", tensor({2})}, {"it's", 1}})},
                                                           {"betas", tuple({0.9, 0.999})},
                                                           {"state", dict({{0, dict({{"step", 3}})}})},
                                                           {"args", object("__main__.Args", {{"lr", 0.1}})}})),
                                               "a.pth");
        const EntryTree &entries = checkpoint->entries;
        const auto python = [&](const char *path) { return entry_text::pythonPath(entries, entries.find(path)); };
        QCOMPARE(python(""), QStringLiteral("ckpt"));
        QCOMPARE(python("net/conv1.weight"), QStringLiteral("ckpt['net']['conv1.weight']"));
        QCOMPARE(python("net/it's"), QStringLiteral("ckpt['net']['it\\'s']"));
        QCOMPARE(python("betas/1"), QStringLiteral("ckpt['betas'][1]"));
        QCOMPARE(python("state/0/step"), QStringLiteral("ckpt['state'][0]['step']"));
        QCOMPARE(python("args/lr"), QStringLiteral("ckpt['args'].lr"));
    }

    void summarySaysWhatAFileIs()
    {
        const CheckpointPtr training = trainingCheckpoint();
        QCOMPARE(summarySentence(*training), QStringLiteral("Training checkpoint · epoch 50 · SGD · 9,472 parameters"));
        const CheckpointPtr weights = flatCheckpoint(3);
        QCOMPARE(summarySentence(*weights), QStringLiteral("State dict · 18 parameters"));
        const CheckpointPtr value = named(built("hello"), "a.pkl");
        QCOMPARE(summarySentence(*value), QStringLiteral("PyTorch file · 1 value"));
    }
};

QTEST_GUILESS_MAIN(TextTest)
#include "text_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "core/metrics/crc32c.h"
#include "core/metrics/curves.h"
#include "core/metrics/event_record.h"
#include "tests/support/curve_text.h"
#include "tests/support/event_builder.h"
#include "tests/support/growing_log.h"
#endif

#include <QTest>

#include <sys/resource.h>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr auto kName = "events.out.tfevents.1000000000.host.1.0";

QByteArray losses(int first, int last, float value)
{
    QByteArray bytes = EventBuilder::version();
    for (int step = first; step < last; ++step)
        bytes += EventBuilder::scalar(1e9 + step, step, "loss", value);
    return bytes;
}

template<typename Run>
QStringList texts(const Result<Run> &run)
{
    if (!run)
        return QStringList("error");
    if constexpr (std::is_same_v<Run, RunCurvesPtr>)
        return curveTexts((*run)->curves);
    else
        return curveTexts(run->curves);
}

bool warnsOf(const RunCurves &run, const char *words)
{
    return std::any_of(run.warnings.begin(), run.warnings.end(),
                       [&](const std::string &warning) { return warning.find(words) != std::string::npos; });
}

}  // namespace

class EventCurvesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theChecksumIsThatOfTheStandard()
    {
        // RFC 3720, B.4: 32 bytes of zeros, of ones, and 0 to 31.
        QByteArray rising;
        for (char c = 0; c < 32; ++c)
            rising.append(c);
        const std::vector<std::pair<QByteArray, quint32>> vectors{
            {QByteArray(32, '\0'), 0x8a9136aa}, {QByteArray(32, '\xff'), 0x62a8ab43}, {rising, 0x46dd794e}};
        for (const auto &[bytes, crc] : vectors) {
            QCOMPARE(EventBuilder::crc32c(bytes), crc);
            QCOMPARE(maskedCrc32c(bytes.toStdString()), ((crc >> 15) | (crc << 17)) + 0xa282ead8u);
        }
        for (int length = 0; length < 70; ++length) {
            const QByteArray bytes = QByteArray("Waypoint reads TensorBoard's records ").repeated(2).left(length);
            const quint32 crc = EventBuilder::crc32c(bytes);
            QCOMPARE(maskedCrc32c(bytes.toStdString()), ((crc >> 15) | (crc << 17)) + 0xa282ead8u);
        }
    }

    void scalarsStandAtTheirStepsAndTimes()
    {
        const GrowingLog log(kName);
        QVERIFY(log.append(EventBuilder::version() + EventBuilder::scalar(1.5e9, 10, "train/loss", 0.5F)
                           + EventBuilder::scalar(1.5e9 + 2, std::int64_t{1} << 40, "train/loss", -0.25F)));
        const auto run = readCurves(log.file());
        QCOMPARE(texts(run), QStringList("train/loss: 10=0.5 1099511627776=-0.25"));
        QCOMPARE(run->curves.front().on(CurveAxis::Time), (std::vector<double>{1.5e9, 1.5e9 + 2}));
        QVERIFY(run->warnings.empty());
    }

    void aGrowingFileIsFollowedRecordByRecord()
    {
        const GrowingLog log(kName);
        const auto next = EventBuilder::scalar(1e9, 3, "loss", 7);
        QVERIFY(log.append(losses(1, 3, 1) + next.left(30)));
        CurveFollower follower(log.folder());
        auto run = follower.read();
        QCOMPARE(texts(run), QStringList("loss: 1=1 2=1"));
        QVERIFY(warnsOf(**run, "only half there"));
        QVERIFY(log.append(next.mid(30)));
        run = follower.read();
        QCOMPARE(texts(run), QStringList("loss: 1=1 2=1 3=7"));
        QVERIFY((*run)->warnings.empty());
        // The run is started again, into the same folder.
        QVERIFY(log.add("events.out.tfevents.1000000500.host.2.0", losses(2, 4, 5)));
        run = follower.read();
        QCOMPARE(texts(run), QStringList("loss: 1=1 2=5 3=5"));
        QVERIFY(warnsOf(**run, "2 points that a resumed run did over are left out."));
    }

    void aRestartMakesLaterStepsVoidAlsoWithinAFile()
    {
        const GrowingLog log(kName);
        QVERIFY(log.append(losses(0, 6, 1) + EventBuilder::start(1e9, 4) + EventBuilder::scalar(1e9, 9, "loss", 2)));
        QCOMPARE(texts(readCurves(log.file())), QStringList("loss: 0=1 1=1 2=1 3=1 9=2"));
    }

    void filesOfSubFoldersGetTheirNameInFront()
    {
        const GrowingLog log(QString("val/") + kName);
        QVERIFY(log.append(losses(1, 2, 1)) && log.add(kName, losses(1, 2, 3)));
        auto names = texts(readCurves(log.folder()));
        names.sort();
        QCOMPARE(names, QStringList({"loss: 1=3", "val/loss: 1=1"}));
    }

    void moreFilesThanAProcessMayOpenAreFollowed()
    {
        rlimit usual{};
        QCOMPARE(getrlimit(RLIMIT_NOFILE, &usual), 0);
        const GrowingLog log(kName);
        for (int i = 0; i < 80; ++i)
            QVERIFY(log.add(QString("run%1/%2").arg(i).arg(kName), losses(1, 2, 3)));
        const rlimit few{.rlim_cur = 64, .rlim_max = usual.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &few), 0);
        CurveFollower follower(log.folder());
        const auto first = follower.read();
        const auto second = follower.read();
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &usual), 0);
        QVERIFY(first && second);
        QCOMPARE((*first)->curves.size(), std::size_t{80});
        QCOMPARE(second->get(), first->get());
    }

    void aDamagedRecordIsPassedOverAndSaid()
    {
        const GrowingLog log(kName);
        auto bytes = losses(1, 4, 1);
        const auto length = EventBuilder::scalar(1e9 + 1, 1, "loss", 1).size();
        const auto second = EventBuilder::version().size() + length;
        bytes[second + 20] = static_cast<char>(bytes[second + 20] ^ 1);  // in the data of the second scalar
        QVERIFY(log.append(bytes));
        const auto run = readCurves(log.file());
        QCOMPARE(texts(run), QStringList("loss: 1=1 3=1"));
        QVERIFY(warnsOf(*run, "1 damaged record is passed over"));
    }

    void afterADamagedLengthNothingMoreIsReadAndTheByteIsNamed()
    {
        const GrowingLog log(kName);
        auto bytes = losses(1, 4, 1);
        const auto last = bytes.size() - EventBuilder::scalar(1e9 + 3, 3, "loss", 1).size();
        bytes[last] = static_cast<char>(bytes[last] ^ 0x40);
        QVERIFY(log.append(bytes));
        const auto run = readCurves(log.file());
        QCOMPARE(texts(run), QStringList("loss: 1=1 2=1"));
        QVERIFY(warnsOf(*run, qPrintable("no record begins at byte " + QString::number(last))));
    }

    void anyBeginningOfAFileGivesTheBeginningOfItsCurves()
    {
        const GrowingLog log(kName);
        const QByteArray whole = losses(1, 5, 1.5F) + EventBuilder::scalar(1e9, 7, "acc", 0.25F);
        QVERIFY(log.replace(whole));
        const auto all = readCurves(log.file());
        QCOMPARE(texts(all), QStringList({"loss: 1=1.5 2=1.5 3=1.5 4=1.5", "acc: 7=0.25"}));
        for (qsizetype length = 0; length < whole.size(); ++length) {
            QVERIFY(log.replace(whole.left(length)));
            if (const auto part = readCurves(log.file()))
                QVERIFY(isBeginningOf(part->curves, all->curves));
        }
    }

    void anyFlippedBitCostsARecordAndNoMore()
    {
        const GrowingLog log(kName);
        const QByteArray whole = losses(1, 4, 1.5F);
        for (qsizetype at = 0; at < whole.size(); ++at) {
            auto bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
            QVERIFY(log.replace(bytes));
            const auto run = readCurves(log.file());
            const auto curves = texts(run);
            QVERIFY2(QStringList({"error", "loss: 1=1.5 2=1.5 3=1.5", "loss: 1=1.5 2=1.5", "loss: 1=1.5 3=1.5",
                                  "loss: 2=1.5 3=1.5", "loss: 1=1.5"})
                         .contains(curves.join("; ")),
                     qPrintable(curves.join("; ")));
        }
    }

    void malformedMessagesEndWhereTheyStopMakingSense()
    {
        const auto message = EventBuilder::field(5, EventBuilder::field(1, EventBuilder::field(1, "a"))).toStdString();
        QVERIFY(readEvent(message).scalars.empty());
        QVERIFY(readEvent("\x2a\xff\xff\xff\xff\xff\xff\xff\xff\x7f").scalars.empty());  // a length beyond all bytes
        QVERIFY(readEvent(std::string(20, '\xff')).scalars.empty());                     // a number without an end
        QVERIFY(readEvent("\x0b\x0c").scalars.empty());                                  // a group
    }

    void anAnnouncedRecordOfExabytesTakesNoMemory()
    {
        const GrowingLog log(kName);
        QByteArray length(8, '\xff');
        const quint32 crc = EventBuilder::crc32c(length);
        const quint32 masked = ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
        for (int shift = 0; shift < 32; shift += 8)
            length.append(static_cast<char>(masked >> shift));
        QVERIFY(log.append(losses(1, 3, 1) + length + QByteArray(100, 'x')));
        QCOMPARE(texts(readCurves(log.file())), QStringList("loss: 1=1 2=1"));
    }
};

QTEST_GUILESS_MAIN(EventCurvesTest)
#include "event_curves_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trainer_info.h"

#include "tests/support/child_processes.h"
#include "ui/jobs/stall_watch.h"
#include "ui/models/train_planner.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <chrono>
#include <memory>

using namespace waypoint;
using Kind = TrainerFault::Kind;
using std::chrono::milliseconds;
using test::childProcesses;

namespace {

constexpr milliseconds kPatience(1000);

QStringList startIn(const QString &folder) { return {QStringLiteral("start"), QStringLiteral("--out"), folder}; }

}  // namespace

/// Of TrainerInfo and TrainPlanner, with the stand-in of waypoint-train; the mode can change from one process to the
/// next.
class TrainerInfoTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_MISBEHAVING_TRAINER"));
        qputenv("WAYPOINT_MISBEHAVE_FILE", QFile::encodeName(m_folder.filePath(QStringLiteral("mode"))));
        chooseMode("fine");
    }

    void cleanup() { QTRY_COMPARE(childProcesses().size(), std::size_t(0)); }

    void knowsNothingAndAsksNothingUnwatched()
    {
        const TrainerInfo info;
        QTest::qWait(50);
        QVERIFY(!info.devices());
        QVERIFY(info.models().empty());
        QVERIFY(!info.fault());
        QCOMPARE(childProcesses().size(), std::size_t(0));
    }

    void watchedDevicesAreRefreshedAndModelsAreThere()
    {
        TrainerInfo info;
        info.watch(this);
        QTRY_VERIFY(info.devices());
        const auto first = info.devices()->devices.at(0).freeBytes;
        QTRY_VERIFY(info.devices()->devices.at(0).freeBytes != first);
        QTRY_COMPARE(info.models().size(), std::size_t(2));
        QCOMPARE(info.models()[0].name, std::string("iris"));
        QVERIFY(!info.fault());
    }

    void unwatchedDevicesStayAsTheyWereAndNoProcessGoesOn()
    {
        TrainerInfo info;
        info.watch(this);
        QTRY_VERIFY(info.devices() && !info.models().empty());
        info.unwatch(this);
        QSignalSpy changes(&info, &TrainerInfo::changed);
        QTRY_COMPARE(childProcesses().size(), std::size_t(0));
        QVERIFY(info.devices());
        QCOMPARE(changes.count(), 0);
    }

    void watchingGoesOnUntilTheLastHasLeft()
    {
        TrainerInfo info;
        auto sheet = std::make_unique<QObject>();
        info.watch(this);
        info.watch(this);
        info.watch(sheet.get());
        QTRY_VERIFY(info.devices() && !info.models().empty());
        info.unwatch(this);
        QVERIFY(info.isWatched());
        QCOMPARE(childProcesses().size(), std::size_t(1));
        sheet.reset();
        QVERIFY(!info.isWatched());
        QTRY_COMPARE(childProcesses().size(), std::size_t(0));
        info.watch(this);
        QTRY_COMPARE(childProcesses().size(), std::size_t(1));
        info.unwatch(this);
    }

    void devicesAreAskedForOnceWhereTheyCannotBeWatched()
    {
        chooseMode("no-watch");
        TrainerInfo info;
        info.watch(this);
        QTRY_VERIFY(info.devices());
        QCOMPARE(info.devices()->devices.size(), std::size_t(2));
        QVERIFY(!info.fault());
    }

    void eachMisbehaviourIsAFaultAndRetryHeals_data()
    {
        QTest::addColumn<QByteArray>("mode");
        QTest::addColumn<Kind>("kind");
        QTest::newRow("garbage") << QByteArray("garbage") << Kind::NoAnswer;
        QTest::newRow("half") << QByteArray("half") << Kind::NoAnswer;
        QTest::newRow("hang") << QByteArray("hang") << Kind::Silent;
        QTest::newRow("abort") << QByteArray("abort") << Kind::Crashed;
        QTest::newRow("segv") << QByteArray("segv") << Kind::Crashed;
        QTest::newRow("exit3") << QByteArray("exit3") << Kind::Refused;
        QTest::newRow("silent") << QByteArray("silent") << Kind::NoAnswer;
        QTest::newRow("flood") << QByteArray("flood") << Kind::NoAnswer;
        QTest::newRow("other-keys") << QByteArray("other-keys") << Kind::OtherVersion;
    }

    void eachMisbehaviourIsAFaultAndRetryHeals()
    {
        QFETCH(QByteArray, mode);
        QFETCH(Kind, kind);
        chooseMode(mode);
        StallWatch watch;
        TrainerInfo info(nullptr, kPatience);
        info.watch(this);
        QTRY_VERIFY_WITH_TIMEOUT(info.fault(), 30000);
        QCOMPARE(info.fault()->kind, kind);
        QVERIFY(!info.fault()->sentence.isEmpty());
        QVERIFY(!info.devices());
        chooseMode("fine");
        info.retry();
        QVERIFY(!info.fault());
        QTRY_VERIFY(info.devices() && !info.models().empty());
        QVERIFY(!info.fault());
        QVERIFY(watch.longestCpuTurn() < milliseconds(50));
    }

    void otherVersionIsANoticeBesideItsAnswers()
    {
        chooseMode("other-version");
        TrainerInfo info;
        info.watch(this);
        QTRY_VERIFY(info.devices() && !info.models().empty());
        QVERIFY(info.fault());
        QCOMPARE(info.fault()->kind, Kind::OtherVersion);
        QVERIFY(info.fault()->sentence.contains(QStringLiteral("9.9.9")));
    }

    void missingProgramIsOneFault()
    {
        qputenv("WAYPOINT_TRAINER", "/nowhere/waypoint-train");
        TrainerInfo info;
        info.watch(this);
        QTRY_VERIFY(info.fault());
        QCOMPARE(info.fault()->kind, Kind::NotInstalled);
    }

    void planComesAMomentAfterTheLastChange()
    {
        TrainPlanner planner;
        QSignalSpy changes(&planner, &TrainPlanner::changed);
        for (const char *const folder : {"/tmp/a", "/tmp/ab", "/tmp/abc"})
            planner.plan(startIn(QString::fromLatin1(folder)));
        QVERIFY(planner.isPlanning());
        QCOMPARE(changes.count(), 3);
        QCOMPARE(childProcesses().size(), std::size_t(0));
        QTRY_VERIFY(!planner.isPlanning());
        QCOMPARE(changes.count(), 4);
        QVERIFY(planner.plan());
        QCOMPARE(planner.plan()->out, std::string("/tmp/abc"));
        QCOMPARE(planner.plan()->action, std::string("start"));
        QVERIFY(!planner.fault());
    }

    void firstPlanIsAskedAtOnceAndReplacedByTheNext()
    {
        chooseMode("slow");
        TrainPlanner planner;
        planner.plan(startIn(QStringLiteral("/tmp/a")));
        QTRY_COMPARE_WITH_TIMEOUT(childProcesses().size(), std::size_t(1), 250);
        planner.plan(startIn(QStringLiteral("/tmp/b")));
        QTRY_VERIFY(planner.plan());
        QCOMPARE(planner.plan()->out, std::string("/tmp/b"));
    }

    void lastPlanStaysWhileANewOneIsAsked()
    {
        TrainPlanner planner;
        planner.plan(startIn(QStringLiteral("/tmp/a")));
        QTRY_VERIFY(planner.plan());
        planner.plan(startIn(QStringLiteral("/tmp/b")));
        QVERIFY(planner.isPlanning());
        QCOMPARE(planner.plan()->out, std::string("/tmp/a"));
        QTRY_COMPARE(planner.plan()->out, std::string("/tmp/b"));
    }

    void sameCommandIsNotAskedAgain()
    {
        TrainPlanner planner;
        planner.plan(startIn(QStringLiteral("/tmp/a")));
        QTRY_VERIFY(planner.plan());
        planner.plan(startIn(QStringLiteral("/tmp/a")));
        QVERIFY(!planner.isPlanning());
        planner.plan(startIn(QStringLiteral("/tmp/b")));
        planner.plan(startIn(QStringLiteral("/tmp/a")));
        QVERIFY(!planner.isPlanning());
        QCOMPARE(planner.plan()->out, std::string("/tmp/a"));
    }

    void replacedPlanNeverArrives()
    {
        chooseMode("slow");
        TrainPlanner planner;
        planner.plan(startIn(QStringLiteral("/tmp/a")));
        QTRY_COMPARE(childProcesses().size(), std::size_t(1));
        chooseMode("fine");
        planner.plan(startIn(QStringLiteral("/tmp/b")));
        QTRY_VERIFY(planner.plan());
        QCOMPARE(planner.plan()->out, std::string("/tmp/b"));
        QTRY_COMPARE(childProcesses().size(), std::size_t(0));
        QCOMPARE(planner.plan()->out, std::string("/tmp/b"));
    }

    void cancelledPlanIsAskedWhenItIsWantedAgain()
    {
        TrainPlanner planner;
        planner.plan(startIn(QStringLiteral("/tmp/a")));
        planner.cancel();
        QVERIFY(!planner.isPlanning());
        planner.plan(startIn(QStringLiteral("/tmp/a")));
        QVERIFY(planner.isPlanning());
        QTRY_VERIFY(planner.plan());
    }

    void faultOfAPlanTakesItsPlaceAndRetryHeals()
    {
        TrainPlanner planner(nullptr, kPatience);
        planner.plan(startIn(QStringLiteral("/tmp/a")));
        QTRY_VERIFY(planner.plan());
        chooseMode("abort");
        planner.plan(startIn(QStringLiteral("/tmp/b")));
        QTRY_VERIFY(planner.fault());
        QCOMPARE(planner.fault()->kind, Kind::Crashed);
        QVERIFY(!planner.plan());
        chooseMode("fine");
        planner.retry();
        QVERIFY(planner.isPlanning());
        QTRY_VERIFY(planner.plan());
        QVERIFY(!planner.fault());
        QCOMPARE(planner.plan()->out, std::string("/tmp/b"));
    }

    void planOfAnotherVersionSaysSo()
    {
        chooseMode("other-version");
        TrainPlanner planner;
        planner.plan(startIn(QStringLiteral("/tmp/a")));
        QTRY_VERIFY(planner.fault());
        QCOMPARE(planner.fault()->kind, Kind::OtherVersion);
    }

private:
    void chooseMode(const QByteArray &mode)
    {
        QFile file(m_folder.filePath(QStringLiteral("mode")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(mode);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TrainerInfoTest)
#include "trainer_info_test.moc"

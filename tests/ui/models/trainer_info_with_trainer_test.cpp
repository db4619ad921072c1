// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trainer_info.h"

#include "tests/support/child_processes.h"
#include "ui/jobs/stall_watch.h"
#include "ui/jobs/trainer_query.h"
#include "ui/models/train_planner.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

using namespace waypoint;
using std::chrono::milliseconds;

/// What the window learns from waypoint-train itself.
class TrainerInfoWithTrainerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QByteArray program = qgetenv("WAYPOINT_TRAIN");
        QVERIFY(!program.isEmpty());
        qputenv("WAYPOINT_TRAINER", program);
    }

    void cleanup() { QTRY_COMPARE(test::childProcesses().size(), std::size_t(0)); }

    void devicesAndModelsAreThere()
    {
        StallWatch watch;
        TrainerInfo info;
        info.watch(this);
        QTRY_VERIFY_WITH_TIMEOUT(info.devices() && !info.models().empty(), 60000);
        QVERIFY2(!info.fault(), qPrintable(info.fault() ? info.fault()->sentence : QString()));
        QCOMPARE(info.devices()->devices.front().name, std::string("cpu"));
        QVERIFY(info.devices()->devices.front().usable);
        QVERIFY(std::ranges::find(info.models(), "iris", &TrainerModel::name) != info.models().end());
        QVERIFY(watch.longestCpuTurn() < milliseconds(50));
    }

    void startIsPlanned()
    {
        const QTemporaryDir folder;
        TrainPlanner planner;
        planner.plan({QStringLiteral("start"), QStringLiteral("--out"), folder.filePath(QStringLiteral("run"))});
        QTRY_VERIFY_WITH_TIMEOUT(!planner.isPlanning(), 60000);
        QVERIFY2(planner.plan(), qPrintable(planner.fault() ? planner.fault()->sentence : QString()));
        QCOMPARE(planner.plan()->action, std::string("start"));
        QCOMPARE(planner.plan()->model, std::string("iris"));
        QCOMPARE(planner.plan()->error, std::string());
    }

    void startThatWouldNotRunIsAPlanThatSaysWhy()
    {
        const QTemporaryDir folder;
        TrainPlanner planner;
        planner.plan({QStringLiteral("start"), QStringLiteral("--out"), folder.filePath(QStringLiteral("run")),
                      QStringLiteral("--model"), QStringLiteral("nonsense")});
        QTRY_VERIFY_WITH_TIMEOUT(!planner.isPlanning(), 60000);
        QVERIFY2(planner.plan(), qPrintable(planner.fault() ? planner.fault()->sentence : QString()));
        QVERIFY2(planner.plan()->error.find("nonsense") != std::string::npos, planner.plan()->error.c_str());
    }

    void argumentThatDoesNotFitIsRefusedInItsWords()
    {
        std::optional<TrainerAnswer> answer;
        TrainerQuery query;
        query.ask({QStringLiteral("devices"), QStringLiteral("--no-such-option")},
                  [&](TrainerAnswer given) { answer = std::move(given); });
        QTRY_VERIFY_WITH_TIMEOUT(answer, 60000);
        QVERIFY(answer->fault);
        QCOMPARE(answer->fault->kind, TrainerFault::Kind::Refused);
        QCOMPARE(answer->fault->sentence, QStringLiteral("The following argument was not expected: --no-such-option"));
    }
};

QTEST_GUILESS_MAIN(TrainerInfoWithTrainerTest)
#include "trainer_info_with_trainer_test.moc"

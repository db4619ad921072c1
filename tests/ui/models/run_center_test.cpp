// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_center.h"

#include "core/io/atomic_file.h"
#include "core/metrics/metrics_log.h"
#include "core/run/surroundings.h"
#include "ui/jobs/stall_watch.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <chrono>
#include <csignal>
#include <ctime>
#include <memory>
#include <thread>

using namespace waypoint;

namespace {

using namespace std::chrono_literals;

constexpr int kPatience = 30'000;  ///< milliseconds: the machine may be busy
// What a turn may take: 50 ms is the promise, and builds for tests may be several times slower.
constexpr auto kLongestTurn = 50ms;

void write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

}  // namespace

class RunCenterTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] QString folder(const QString &name) const { return m_folder->filePath(name); }

    /// What stand-ins that are started from now on do.
    void setMode(const QByteArray &mode) const { write(folder(QStringLiteral("mode")), mode); }

    [[nodiscard]] TrainingOrder order(const QString &name, const QString &device = QStringLiteral("cpu"),
                                      int epochs = 50) const
    {
        return {.folder = folder(name),
                .device = device,
                .arguments = {"start", "--out", folder(name).toStdString(), "--device", device.toStdString(),
                              "--epochs", std::to_string(epochs)}};
    }

    [[nodiscard]] RunCondition condition(const RunCenter &center, const QString &name) const
    {
        return center.story(folder(name)).condition;
    }

    void stopAll(RunCenter &center) const
    {
        for (const QString &name : center.waiting())
            center.cancelWaiting(name);
        for (const QString &name : center.active())
            center.kill(name);
        QTRY_VERIFY_WITH_TIMEOUT(center.active().isEmpty(), kPatience);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("RunCenterTest"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder(QStringLiteral("config")));
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_MISBEHAVING_TRAINER"));
        qputenv("WAYPOINT_MISBEHAVE_FILE", folder(QStringLiteral("mode")).toUtf8());
        setMode("fine");
    }

    void runIsStartedWatchedAndFinishes()
    {
        RunCenter center;
        QSignalSpy changes(&center, &RunCenter::changed);
        center.start(order(QStringLiteral("a"), QStringLiteral("cpu"), 20));
        QCOMPARE(condition(center, QStringLiteral("a")), RunCondition::Starting);
        QCOMPARE(center.folders(), QStringList(folder(QStringLiteral("a"))));
        QCOMPARE(center.runOn(QStringLiteral("cpu")), folder(QStringLiteral("a")));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Running, kPatience);
        QVERIFY(center.story(folder(QStringLiteral("a"))).headline.endsWith(QStringLiteral(" of 20")));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Finished, kPatience);
        QVERIFY(center.active().isEmpty());
        QVERIFY(center.runOn(QStringLiteral("cpu")).isEmpty());
        QCOMPARE(center.snapshot(folder(QStringLiteral("a")))->checkpoints.size(), std::size_t{21});
        QVERIFY(changes.count() > 2);
    }

    void misbehavingRunIsToldInItsOwnSentence_data()
    {
        QTest::addColumn<int>("condition");
        QTest::addColumn<QString>("cause");
        const auto row = [](const char *mode, RunCondition condition, const char *cause) {
            QTest::newRow(mode) << static_cast<int>(condition) << QString::fromLatin1(cause);
        };
        row("fine", RunCondition::Finished, "");
        row("garbage", RunCondition::Unreadable, "Its status.json is damaged.");
        row("half-line", RunCondition::Unreadable, "Its status.json breaks off in the middle.");
        row("abort", RunCondition::Crashed, "It gave up on an error inside: what():  the stand-in gives up");
        row("exit3", RunCondition::NeverStarted, "It ended with status 3 (the device) before its first word.");
        row("exit3-midway", RunCondition::Crashed, "It ended with status 3 (the device) without a word.");
        row("exit3-told", RunCondition::Failed, "The device cuda:0 was lost.");
        row("silent-death", RunCondition::Crashed,
            "It ended with status 0, as if all were well, but without a last word.");
        row("oom-told", RunCondition::Failed, "Out of memory: the computer had no more to give.");
        row("nan-told", RunCondition::Failed, "The loss is NaN in epoch 2, at step 20.");
        row("killed", RunCondition::Crashed,
            "It was killed (signal 9): mostly the system does that when memory runs out, or a person.");
        row("other-version", RunCondition::Unreadable, "A newer version of Waypoint has written this run.");
        row("deletes-folder", RunCondition::Gone, "The folder was removed or renamed, or its disk is not connected.");
        row("fills-disk", RunCondition::Failed,
            "The disk is full: It cannot be written: 'last.pth' (No space left on device).");
        row("slow-start", RunCondition::Finished, "");
        row("late-lock", RunCondition::Finished, "");
    }
    void misbehavingRunIsToldInItsOwnSentence()
    {
        setMode(QTest::currentDataTag());
        StallWatch stalls;
        RunCenter center;
        center.start(order(QStringLiteral("a"), QStringLiteral("cpu"), 8));
        center.setFollowed(folder(QStringLiteral("a")), true);
        stalls.restart();
        QTRY_VERIFY_WITH_TIMEOUT(!center.story(folder(QStringLiteral("a"))).isActive, kPatience);
        const RunStory story = center.story(folder(QStringLiteral("a")));
        QTEST(story.cause, "cause");
        QTEST(static_cast<int>(story.condition), "condition");
        QVERIFY(center.active().isEmpty());
        QVERIFY(stalls.longestCpuTurn() < kLongestTurn);
    }

    void startThatTakesItsTimeIsNoCrash_data()
    {
        QTest::addColumn<QByteArray>("mode");
        QTest::newRow("slow-start") << QByteArray("slow-start");
        QTest::newRow("late-lock") << QByteArray("late-lock");
    }
    void startThatTakesItsTimeIsNoCrash()
    {
        QFETCH(QByteArray, mode);
        setMode(mode);
        RunCenter center;
        QList<RunCondition> seen;
        connect(&center, &RunCenter::changed, this, [&](const QString &name) {
            if (const RunCondition now = center.story(name).condition; seen.isEmpty() || seen.back() != now)
                seen << now;
        });
        center.start(order(QStringLiteral("a"), QStringLiteral("cpu"), 20));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Finished, kPatience);
        QCOMPARE(seen, QList({RunCondition::Starting, RunCondition::Running, RunCondition::Finished}));
    }

    void hangingRunStopsRespondingAndCanBeEnded()
    {
        setMode("hang");
        StallWatch stalls;
        RunCenter center;
        QSignalSpy failures(&center, &RunCenter::failed);
        center.start(order(QStringLiteral("a")));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::NotResponding, kPatience);
        QVERIFY(center.story(folder(QStringLiteral("a"))).isActive);
        center.send(folder(QStringLiteral("a")), Command::Stop);
        QVERIFY(center.isPending(folder(QStringLiteral("a"))));
        // Another window that has not started it sees the same, and ends it.
        RunCenter other;
        QTRY_COMPARE_WITH_TIMEOUT(condition(other, QStringLiteral("a")), RunCondition::NotResponding, kPatience);
        other.kill(folder(QStringLiteral("a")));
        QTRY_COMPARE_WITH_TIMEOUT(condition(other, QStringLiteral("a")), RunCondition::Crashed, kPatience);
        QCOMPARE(other.story(folder(QStringLiteral("a"))).cause, "It was ended from this window.");
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Crashed, kPatience);
        QVERIFY(!center.isPending(folder(QStringLiteral("a"))));
        QVERIFY(center.story(folder(QStringLiteral("a"))).canResume);
        QVERIFY(failures.isEmpty());
        QVERIFY(stalls.longestCpuTurn() < kLongestTurn);
    }

    void ownHangingRunIsEnded()
    {
        setMode("hang");
        RunCenter center;
        center.start(order(QStringLiteral("a")));
        const auto step = [&] {
            const RunSnapshotPtr snapshot = center.snapshot(folder(QStringLiteral("a")));
            return snapshot ? snapshot->view.status.step : 0;
        };
        QTRY_COMPARE_WITH_TIMEOUT(step(), 20, kPatience);
        center.kill(folder(QStringLiteral("a")));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Crashed, kPatience);
        QCOMPARE(center.story(folder(QStringLiteral("a"))).state, "Ended");
    }

    void runWhoseFolderIsRemovedCanStillBeEnded()
    {
        setMode("deletes-folder");
        RunCenter center;
        center.start(order(QStringLiteral("a"), QStringLiteral("cpu"), 5000));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Gone, kPatience);
        QVERIFY(center.story(folder(QStringLiteral("a"))).isActive);
        center.kill(folder(QStringLiteral("a")));
        QTRY_VERIFY_WITH_TIMEOUT(!center.story(folder(QStringLiteral("a"))).isActive, kPatience);
        QCOMPARE(condition(center, QStringLiteral("a")), RunCondition::Gone);
    }

    void missingTrainerHasItsOwnSentence()
    {
        qputenv("WAYPOINT_TRAINER", folder(QStringLiteral("nowhere")).toUtf8());
        RunCenter center;
        center.start(order(QStringLiteral("a")));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::NeverStarted, kPatience);
        QVERIFY2(center.story(folder(QStringLiteral("a")))
                     .cause.startsWith(QStringLiteral("waypoint-train cannot be started. ")),
                 qPrintable(center.story(folder(QStringLiteral("a"))).cause));
        QVERIFY(center.active().isEmpty());
    }

    void commandsArePendingUntilTheyAreObeyed()
    {
        RunCenter center;
        const QString run = folder(QStringLiteral("a"));
        center.start(order(QStringLiteral("a"), QStringLiteral("cpu"), 5000));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Running, kPatience);
        QVERIFY(!center.isPending(run));
        center.send(run, Command::Pause);
        QVERIFY(center.isPending(run));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Paused, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(!center.isPending(run), kPatience);
        // Each is obeyed, however fast one follows the other.
        const auto before = center.snapshot(run)->view.status.handledSeq;
        center.send(run, Command::Checkpoint);
        center.send(run, Command::Continue);
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Running, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(!center.isPending(run), kPatience);
        QCOMPARE(center.snapshot(run)->view.status.handledSeq, before + 2);
        QTRY_COMPARE_WITH_TIMEOUT(center.snapshot(run)->lastWords.find("saved as asked") != std::string::npos, true,
                                  kPatience);
        center.send(run, Command::Stop);
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Stopped, kPatience);
        QVERIFY(!center.isPending(run));
        QVERIFY(center.story(run).canResume);
    }

    void secondRunOnADeviceWaitsForTheFirst()
    {
        RunCenter center;
        center.start(order(QStringLiteral("a"), QStringLiteral("cpu"), 30));
        center.start(order(QStringLiteral("b"), QStringLiteral("cpu"), 5));
        center.start(order(QStringLiteral("c"), QStringLiteral("cuda:0"), 5));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Running, kPatience);
        QCOMPARE(condition(center, QStringLiteral("b")), RunCondition::Waiting);
        QCOMPARE(center.story(folder(QStringLiteral("b"))).headline, "Waits for cpu, where a runs");
        QCOMPARE(center.waiting(), QStringList(folder(QStringLiteral("b"))));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("c")), RunCondition::Finished, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("b")), RunCondition::Finished, kPatience);
        QCOMPARE(condition(center, QStringLiteral("a")), RunCondition::Finished);
        QVERIFY(center.waiting().isEmpty());
    }

    void waitingRunCanBeCancelledOrStartedNow()
    {
        RunCenter center;
        center.start(order(QStringLiteral("a"), QStringLiteral("cpu"), 5000));
        center.start(order(QStringLiteral("b")));
        center.start(order(QStringLiteral("c"), QStringLiteral("cpu"), 5));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Running, kPatience);
        QCOMPARE(center.waiting().size(), 2);
        center.cancelWaiting(folder(QStringLiteral("b")));
        QCOMPARE(center.waiting(), QStringList(folder(QStringLiteral("c"))));
        center.startWaitingNow(folder(QStringLiteral("c")));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("c")), RunCondition::Finished, kPatience);
        QCOMPARE(condition(center, QStringLiteral("a")), RunCondition::Running);
        QVERIFY(!QFile::exists(folder(QStringLiteral("b"))));
        stopAll(center);
    }

    void runsAndQueueOutliveTheWindow()
    {
        auto first = std::make_unique<RunCenter>();
        first->start(order(QStringLiteral("a"), QStringLiteral("cpu"), 5000));
        first->start(order(QStringLiteral("b"), QStringLiteral("cpu"), 5));
        QTRY_COMPARE_WITH_TIMEOUT(condition(*first, QStringLiteral("a")), RunCondition::Running, kPatience);
        first.reset();

        RunCenter second;
        QTRY_COMPARE_WITH_TIMEOUT(condition(second, QStringLiteral("a")), RunCondition::Running, kPatience);
        QCOMPARE(condition(second, QStringLiteral("b")), RunCondition::Waiting);
        QCOMPARE(second.folders(), QStringList({folder(QStringLiteral("a")), folder(QStringLiteral("b"))}));
        second.send(folder(QStringLiteral("a")), Command::Stop);
        QTRY_COMPARE_WITH_TIMEOUT(condition(second, QStringLiteral("a")), RunCondition::Stopped, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(condition(second, QStringLiteral("b")), RunCondition::Finished, kPatience);
    }

    void queueGoesOnAtTheNextStartOfTheWindow()
    {
        auto first = std::make_unique<RunCenter>();
        first->start(order(QStringLiteral("a"), QStringLiteral("cpu"), 40));
        first->start(order(QStringLiteral("b"), QStringLiteral("cpu"), 5));
        first->start(order(QStringLiteral("c"), QStringLiteral("cpu"), 5));
        QTRY_COMPARE_WITH_TIMEOUT(condition(*first, QStringLiteral("a")), RunCondition::Running, kPatience);
        first.reset();
        // Meanwhile somebody else has trained in the folder of one that waits.
        QVERIFY(QDir().mkpath(folder(QStringLiteral("b/checkpoints"))));
        write(folder(QStringLiteral("b/checkpoints/last.pth")), "something");

        RunCenter second;
        QSignalSpy failures(&second, &RunCenter::failed);
        QTRY_COMPARE_WITH_TIMEOUT(condition(second, QStringLiteral("c")), RunCondition::Finished, kPatience);
        QVERIFY(second.waiting().isEmpty());
        QCOMPARE(failures.size(), 1);
        QCOMPARE(failures.front().at(0).toString(), folder(QStringLiteral("b")));
        QCOMPARE(failures.front().at(1).toString(),
                 "The folder b holds a run with checkpoints already: resume that one, or choose another folder.");
    }

    void killedRunIsFoundCrashedByTheNextWindow()
    {
        auto first = std::make_unique<RunCenter>();
        first->start(order(QStringLiteral("a"), QStringLiteral("cpu"), 5000));
        QTRY_COMPARE_WITH_TIMEOUT(condition(*first, QStringLiteral("a")), RunCondition::Running, kPatience);
        const auto pid = first->snapshot(folder(QStringLiteral("a")))->view.status.pid;
        first.reset();
        QCOMPARE(::kill(static_cast<pid_t>(pid), SIGKILL), 0);

        RunCenter second;
        QTRY_COMPARE_WITH_TIMEOUT(condition(second, QStringLiteral("a")), RunCondition::Crashed, kPatience);
        QCOMPARE(second.story(folder(QStringLiteral("a"))).cause,
                 "It ended without a last word: it was killed, or it crashed.");
    }

    void resumedRunForgetsHowItEndedBefore()
    {
        setMode("killed");
        RunCenter center;
        center.start(order(QStringLiteral("a")));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Crashed, kPatience);
        setMode("fine");
        TrainingOrder resume = order(QStringLiteral("a"));
        resume.arguments = {"resume", folder(QStringLiteral("a/checkpoints/last.pth")).toStdString(), "--epochs", "8"};
        center.start(resume);
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Finished, kPatience);
        QCOMPARE(center.story(folder(QStringLiteral("a"))).cause, QString());
    }

    void severalWindowsWatchAndSteerOneRun()
    {
        RunCenter one;
        RunCenter other;
        one.start(order(QStringLiteral("a"), QStringLiteral("cpu"), 5000));
        other.add(folder(QStringLiteral("a")));
        QTRY_COMPARE_WITH_TIMEOUT(condition(other, QStringLiteral("a")), RunCondition::Running, kPatience);
        other.send(folder(QStringLiteral("a")), Command::Pause);
        QTRY_COMPARE_WITH_TIMEOUT(condition(one, QStringLiteral("a")), RunCondition::Paused, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(condition(other, QStringLiteral("a")), RunCondition::Paused, kPatience);
        one.send(folder(QStringLiteral("a")), Command::Continue);
        QTRY_COMPARE_WITH_TIMEOUT(condition(other, QStringLiteral("a")), RunCondition::Running, kPatience);
        other.send(folder(QStringLiteral("a")), Command::Stop);
        QTRY_COMPARE_WITH_TIMEOUT(condition(one, QStringLiteral("a")), RunCondition::Stopped, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(condition(other, QStringLiteral("a")), RunCondition::Stopped, kPatience);
    }

    void runAtWorkIsNotStartedAgain()
    {
        RunCenter center;
        QSignalSpy failures(&center, &RunCenter::failed);
        center.start(order(QStringLiteral("a"), QStringLiteral("cpu"), 5000));
        center.start(order(QStringLiteral("a")));
        QCOMPARE(failures.size(), 1);
        QCOMPARE(failures.front().at(1).toString(), "This run is at work already.");
        stopAll(center);
    }

    void forgottenRunStaysForgotten()
    {
        RunCenter center;
        center.add(folder(QStringLiteral("a")));
        center.add(folder(QStringLiteral("b/")));
        QCOMPARE(center.folders().size(), 2);
        QVERIFY(center.folders().contains(folder(QStringLiteral("b"))));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Gone, kPatience);
        center.forget(folder(QStringLiteral("a")));
        QCOMPARE(center.folders(), QStringList(folder(QStringLiteral("b"))));
        RunCenter next;
        QCOMPARE(next.folders(), QStringList(folder(QStringLiteral("b"))));
    }

    void busyRunHoldsUpNoTurn()
    {
        const RunPaths paths(folder(QStringLiteral("a")).toStdString());
        auto lock = RunLock::acquire(paths);
        QVERIFY(lock);
        write(folder(QStringLiteral("a/run.json")), QByteArray::fromStdString(runJson({.model = "iris"}, {})));
        auto metrics = MetricsLog::open(paths.metrics());
        QVERIFY(metrics);
        const std::jthread trainer([&](const std::stop_token &stop) {
            RunStatus status{.state = RunState::Running, .pid = 1, .host = hostName(), .epochs = 1000};
            while (!stop.stop_requested()) {
                std::this_thread::sleep_for(5ms);
                ++status.step;
                static_cast<void>(metrics->append({.step = status.step, .values = {{"loss/train", 0.5}}}));
                status.heartbeat = secondsNow();
                if (status.step % 20 == 0)
                    static_cast<void>(replaceFile(paths.status(), statusJson(status)));
            }
        });
        RunCenter center;
        center.setFollowed(folder(QStringLiteral("a")), true);
        center.add(folder(QStringLiteral("a")));
        StallWatch stalls;
        QTRY_COMPARE_WITH_TIMEOUT(condition(center, QStringLiteral("a")), RunCondition::Running, kPatience);
        QSignalSpy changes(&center, &RunCenter::changed);
        stalls.restart();
        QTest::qWait(3000);
        QVERIFY2(stalls.longestCpuTurn() < kLongestTurn, qPrintable(QString::number(stalls.longestCpuTurn().count())));
        QVERIFY2(changes.size() >= 5, qPrintable(QString::number(changes.size())));
    }

    void manyFinishedRunsCostNothing()
    {
        constexpr int kRuns = 50;
        for (int i = 0; i < kRuns; ++i) {
            const QString run = folder(QStringLiteral("run-%1").arg(i));
            QVERIFY(QDir().mkpath(run + QStringLiteral("/checkpoints")));
            RunStatus status{.state = RunState::Finished, .pid = 1, .host = hostName(), .heartbeat = 1000.0 + i};
            write(run + QStringLiteral("/run.json"), QByteArray::fromStdString(runJson({.model = "iris"}, {})));
            write(run + QStringLiteral("/status.json"), QByteArray::fromStdString(statusJson(status)));
        }
        RunCenter center;
        for (int i = 0; i < kRuns; ++i)
            center.add(folder(QStringLiteral("run-%1").arg(i)));
        const auto finished = [&] {
            int count = 0;
            for (const QString &name : center.folders())
                count += center.story(name).condition == RunCondition::Finished ? 1 : 0;
            return count;
        };
        QTRY_COMPARE_WITH_TIMEOUT(finished(), kRuns, kPatience);
        QSignalSpy changes(&center, &RunCenter::changed);
        QCOMPARE(center.folders().front(), folder(QStringLiteral("run-49")));
        QCOMPARE(center.folders().back(), folder(QStringLiteral("run-0")));
        const auto before = std::clock();
        QTest::qWait(6000);
        const double share = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / 6;
        qInfo("%d runs that are over take %.2f %% of a processor", kRuns, share * 100);
        QVERIFY(share < 0.02);
        QVERIFY(changes.isEmpty());
    }
};

QTEST_GUILESS_MAIN(RunCenterTest)
#include "run_center_test.moc"

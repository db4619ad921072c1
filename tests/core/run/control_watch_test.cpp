// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

#include "core/io/atomic_file.h"
#include "core/run/control_watch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include <unistd.h>

using namespace waypoint;
using namespace std::chrono_literals;

class ControlWatchTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        m_paths = RunPaths(m_folder->path().toStdString());
    }

    void theFirstStatusIsThereFromTheBeginning()
    {
        const ControlWatch watch(m_paths, {.epochs = 5});
        const auto status = written();
        QVERIFY(status);
        QCOMPARE(status->state, RunState::Starting);
        QCOMPARE(status->pid, ::getpid());
        QCOMPARE(QString::fromStdString(status->host), QSysInfo::machineHostName());
        QCOMPARE(status->epochs, 5);
        QCOMPARE(status->handledSeq, -1);
        QVERIFY(status->heartbeat > 1.6e9);
    }

    void theHeartbeatMovesWithoutTheTrainersHelp()
    {
        const ControlWatch watch(m_paths, {});
        const auto first = written()->heartbeat;
        QTRY_VERIFY_WITH_TIMEOUT(written() && written()->heartbeat > first, 5000);
        const auto second = written()->heartbeat;
        QVERIFY(second - first < 3);
        QTRY_VERIFY_WITH_TIMEOUT(written() && written()->heartbeat > second, 5000);
    }

    void aChangeOfStateOrMessageIsWrittenBeforeTheHeartbeatIsDue()
    {
        ControlWatch watch(m_paths, {});
        // Many in a row: were each to wait for the heartbeat, they would take a second each.
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 10; ++i) {
            const auto message = std::to_string(i);
            watch.set([&](RunStatus &status) {
                status.state = RunState::Running;
                status.message = message;
            });
            QTRY_VERIFY_WITH_TIMEOUT(written() && written()->message == message, 5000);
        }
        QVERIFY(timer.elapsed() < 9000);
        QCOMPARE(written()->state, RunState::Running);
    }

    void progressGoesOutWithTheHeartbeat()
    {
        ControlWatch watch(m_paths, {});
        watch.set([](RunStatus &status) { status.step = 17; });
        QCOMPARE(watch.status().step, 17);
        QTRY_VERIFY_WITH_TIMEOUT(written() && written()->step == 17, 5000);
    }

    void theLastStatusIsWrittenAtTheEnd()
    {
        {
            ControlWatch watch(m_paths, {});
            watch.set([](RunStatus &status) {
                status.state = RunState::Finished;
                status.step = 99;
            });
        }
        QCOMPARE(written()->state, RunState::Finished);
        QCOMPARE(written()->step, 99);
    }

    void aCommandArrivesAndIsHandledOnceTaken()
    {
        ControlWatch watch(m_paths, {});
        QVERIFY(!watch.take());
        const auto seq = sendCommand(m_paths, Command::Stop, true);
        QVERIFY(seq);
        const auto control = next(watch);
        QVERIFY(control);
        QVERIFY(*control == (Control{.seq = *seq, .command = Command::Stop, .afterEpoch = true}));
        QCOMPARE(watch.status().handledSeq, *seq);
        QTRY_COMPARE_WITH_TIMEOUT(written() ? written()->handledSeq : -2, *seq, 5000);
        QVERIFY(!watch.take());
    }

    void aCommandIsSeenWithinATenthOfASecond()
    {
        ControlWatch watch(m_paths, {});
        std::vector<qint64> took;
        for (int i = 0; i < 9; ++i) {
            QVERIFY(sendCommand(m_paths, Command::Checkpoint));
            QElapsedTimer timer;
            timer.start();
            QVERIFY(next(watch));
            took.push_back(timer.elapsed());
        }
        // The middle one: a busy machine may delay a single look.
        std::nth_element(took.begin(), took.begin() + 4, took.end());
        QVERIFY2(took[4] <= 100, qPrintable(QString::number(took[4])));
    }

    void theCommandThatWasThereBeforeTheRunIsIgnored()
    {
        put({.seq = 5, .command = Command::Stop});
        ControlWatch watch(m_paths, {});
        put({.seq = 4, .command = Command::Pause});
        put({.seq = 5, .command = Command::Pause});
        QVERIFY(stayedSilent(watch));
        put({.seq = 6, .command = Command::Checkpoint});
        const auto control = next(watch);
        QVERIFY(control);
        QCOMPARE(control->command, Command::Checkpoint);
    }

    void theSameCommandIsObeyedOnce()
    {
        ControlWatch watch(m_paths, {});
        put({.seq = 1, .command = Command::Checkpoint});
        QVERIFY(next(watch));
        put({.seq = 1, .command = Command::Checkpoint});
        put({.seq = 0, .command = Command::Stop});
        QVERIFY(stayedSilent(watch));
    }

    void commandsThatWaitComeInTheirOrder()
    {
        ControlWatch watch(m_paths, {});
        put({.seq = 1, .command = Command::Pause});
        watch.wait(10s);
        put({.seq = 2, .command = Command::Continue});
        // The second is seen once it is the newer of two that wait.
        std::vector<Command> commands;
        while (commands.size() < 2) {
            const auto control = next(watch);
            QVERIFY(control);
            commands.push_back(control->command);
        }
        QCOMPARE(commands, (std::vector{Command::Pause, Command::Continue}));
        QCOMPARE(watch.status().handledSeq, 2);
    }

    void halfACommandIsWaitedFor()
    {
        ControlWatch watch(m_paths, {});
        putText("{\"seq\":1,\"comma");
        QVERIFY(stayedSilent(watch));
        putText("{\"seq\":1,\"command\":\"explode\"}");
        QVERIFY(stayedSilent(watch));
        putText("{\"seq\":1,\"command\":\"pause\"}");
        const auto control = next(watch);
        QVERIFY(control);
        QCOMPARE(control->command, Command::Pause);
    }

    void commandsOfSeveralWindowsAtOneMomentHaveNumbersOfTheirOwn()
    {
        constexpr int kCommands = 20;
        std::array<std::vector<std::int64_t>, 4> given;
        {
            std::vector<std::jthread> windows;
            for (auto &seqs : given)
                windows.emplace_back([&] {
                    for (int i = 0; i < kCommands; ++i)
                        seqs.push_back(*sendCommand(m_paths, Command::Checkpoint));
                });
        }
        std::set<std::int64_t> all;
        for (const auto &seqs : given)
            all.insert(seqs.begin(), seqs.end());
        QCOMPARE(all.size(), given.size() * kCommands);
        QCOMPARE(*all.rbegin(), static_cast<std::int64_t>(all.size()) - 1);
    }

    void eachCommandSentGetsTheNextNumber()
    {
        QCOMPARE(*sendCommand(m_paths, Command::Pause), 0);
        QCOMPARE(*sendCommand(m_paths, Command::Continue), 1);
        std::filesystem::remove(m_paths.control());
        QVERIFY(replaceFile(m_paths.status(), statusJson({.handledSeq = 7})));
        QCOMPARE(*sendCommand(m_paths, Command::Stop), 8);
    }

    void waitingEndsWhenTheTimeIsOver()
    {
        ControlWatch watch(m_paths, {});
        QElapsedTimer timer;
        timer.start();
        watch.wait(30ms);
        QVERIFY(timer.elapsed() >= 29);
        QVERIFY(!watch.take());
    }

    void waitingEndsWhenACommandComes()
    {
        ControlWatch watch(m_paths, {});
        put({.seq = 1, .command = Command::Continue});
        QElapsedTimer timer;
        timer.start();
        watch.wait(60s);
        QVERIFY(timer.elapsed() < 30'000);
        QVERIFY(watch.take());
    }

    void aStatusThatCannotBeWrittenIsRememberedAndTriedAgain()
    {
        const RunPaths later(m_paths.folder / "later");
        ControlWatch watch(later, {});
        QVERIFY(watch.lastError());
        watch.set([](RunStatus &status) { status.message = "still training"; });
        QVERIFY(std::filesystem::create_directory(later.folder));
        QTRY_VERIFY_WITH_TIMEOUT(!watch.lastError(), 5000);
        QFile file(QString::fromStdString(later.status().string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(parseStatus(file.readAll().toStdString())->message, std::string("still training"));
    }

private:
    Result<RunStatus> written() const
    {
        QFile file(QString::fromStdString(m_paths.status().string()));
        if (!file.open(QIODevice::ReadOnly))
            return Error{.detail = "no status"};
        return parseStatus(file.readAll().toStdString());
    }

    void putText(const char *text) const { QVERIFY(replaceFile(m_paths.control(), text)); }
    void put(const Control &control) const { putText(controlJson(control).c_str()); }

    static std::optional<Control> next(ControlWatch &watch)
    {
        watch.wait(10s);
        return watch.take();
    }

    /// Nothing came in the time of several looks.
    static bool stayedSilent(ControlWatch &watch)
    {
        watch.wait(250ms);
        return !watch.take();
    }

    std::optional<QTemporaryDir> m_folder;
    RunPaths m_paths{{}};
};

QTEST_GUILESS_MAIN(ControlWatchTest)
#include "control_watch_test.moc"

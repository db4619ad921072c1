// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include <QFile>
#include <QTemporaryDir>

#include "child_process.h"
#include "core/io/atomic_file.h"
#include "core/run/run_folder.h"

#include <atomic>
#include <optional>
#include <thread>

#include <unistd.h>

using namespace waypoint;
using waypoint::test::ChildProcess;

namespace {

/// A trainer that has the lock and says of itself what `status` says, with its own pid.
std::function<std::string()> trainer(const RunPaths &paths, RunState state)
{
    return [paths, state] {
        static std::optional<RunLock> kept;
        auto lock = RunLock::acquire(paths);
        if (!lock
            || !replaceFile(paths.status(),
                            statusJson({.state = state, .pid = ::getpid(), .host = "here", .step = 70})))
            return "failed";
        kept = *std::move(lock);
        return "trains";
    };
}

}  // namespace

class RunViewTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        m_paths = RunPaths(m_folder->path().toStdString());
        QVERIFY(replaceFile(m_paths.run(), runJson({.model = "iris", .epochs = 5}, {.libtorch = "1.13.1"})));
    }

    void aTrainerAtWorkIsAlive()
    {
        const ChildProcess child(trainer(m_paths, RunState::Running));
        QCOMPARE(child.said(), std::string("trains"));
        const auto view = viewRun(m_paths.folder);
        QVERIFY(view);
        QVERIFY(view->alive && !view->crashed);
        QCOMPARE(view->status.state, RunState::Running);
        QCOMPARE(view->status.step, 70);
        QCOMPARE(view->description.config.epochs, 5);
        QCOMPARE(view->description.environment.libtorch, std::string("1.13.1"));
    }

    void aKilledTrainerIsACrash()
    {
        for (const auto state : {RunState::Starting, RunState::Running, RunState::Paused}) {
            ChildProcess child(trainer(m_paths, state));
            QCOMPARE(child.said(), std::string("trains"));
            child.kill();
            const auto view = viewRun(m_paths.folder);
            QVERIFY(view);
            QVERIFY(!view->alive && view->crashed);
            QCOMPARE(view->status.state, state);
        }
    }

    void aTrainerThatEndedIsNoCrash()
    {
        for (const auto state : {RunState::Stopped, RunState::Finished, RunState::Failed}) {
            ChildProcess child(trainer(m_paths, state));
            QCOMPARE(child.said(), std::string("trains"));
            child.kill();
            const auto view = viewRun(m_paths.folder);
            QVERIFY(view);
            QVERIFY(!view->alive && !view->crashed);
            QCOMPARE(view->status.state, state);
        }
    }

    void aStatusThatIsMissingOrHalfThereIsAStart()
    {
        const auto lock = RunLock::acquire(m_paths);
        QVERIFY(lock);
        const auto missing = viewRun(m_paths.folder);
        QVERIFY(missing);
        QVERIFY(missing->alive && !missing->crashed);
        QCOMPARE(missing->status.state, RunState::Starting);
        QVERIFY(replaceFile(m_paths.status(), "{\"state\": \"run"));
        const auto half = viewRun(m_paths.folder);
        QVERIFY(half);
        QVERIFY(half->alive && !half->crashed);
        QCOMPARE(half->status.state, RunState::Starting);
    }

    void theLastWordOfAnEarlierTrainerIsNotTheNextOnes()
    {
        {
            ChildProcess child(trainer(m_paths, RunState::Stopped));
            QCOMPARE(child.said(), std::string("trains"));
        }
        const auto lock = RunLock::acquire(m_paths);
        QVERIFY(lock);
        const auto view = viewRun(m_paths.folder);
        QVERIFY(view);
        QVERIFY(view->alive && !view->crashed);
        QCOMPARE(view->status.state, RunState::Starting);
        QCOMPARE(view->status.pid, ::getpid());
    }

    void aFolderWithoutARunIsSaidToBeNone()
    {
        const QTemporaryDir other;
        const auto view = viewRun(other.path().toStdString());
        QVERIFY(!view);
        QCOMPARE(view.error().code, ErrorCode::NotFound);
        QVERIFY(QString::fromStdString(view.error().file).endsWith("run.json"));
    }

    void aDamagedRunJsonIsNamed()
    {
        QVERIFY(replaceFile(m_paths.run(), "{"));
        const auto view = viewRun(m_paths.folder);
        QVERIFY(!view);
        QCOMPARE(view.error().code, ErrorCode::Corrupt);
        QVERIFY(QString::fromStdString(view.error().file).endsWith("run.json"));
    }

    void noReaderEverSeesHalfAStatus()
    {
        std::atomic<bool> done = false;
        std::atomic<int> refused = 0;
        std::atomic<int> read = 0;
        QVERIFY(replaceFile(m_paths.status(), statusJson({.message = "x"})));
        std::thread reader([&] {
            while (!done) {
                QFile file(QString::fromStdString(m_paths.status().string()));
                const bool whole = file.open(QIODevice::ReadOnly) && parseStatus(file.readAll().toStdString());
                ++(whole ? read : refused);
            }
        });
        bool written = true;
        for (int step = 0; step < 1000; ++step) {
            // Of very different lengths, so that a mixture of two would not parse.
            const std::string message(static_cast<std::size_t>(step % 2 * 20'000 + 1), 'm');
            written = written && replaceFile(m_paths.status(), statusJson({.step = step, .message = message}));
        }
        done = true;
        reader.join();
        QVERIFY(written);
        QVERIFY(read > 100);
        QCOMPARE(refused.load(), 0);
    }

private:
    std::optional<QTemporaryDir> m_folder;
    RunPaths m_paths{{}};
};

QTEST_GUILESS_MAIN(RunViewTest)
#include "run_view_test.moc"

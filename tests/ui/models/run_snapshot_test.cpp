// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_snapshot.h"

#include "core/run/surroundings.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <fstream>
#include <memory>

using namespace waypoint;

namespace {

void write(const std::filesystem::path &path, const std::string &text)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

RunStatus statusNow(RunState state)
{
    return {.state = state, .pid = 1, .host = hostName(), .heartbeat = secondsNow(), .epoch = 3, .epochs = 5};
}

}  // namespace

class RunSnapshotTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    RunPaths m_run{""};

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        m_run = RunPaths(m_folder->path().toStdString());
        write(m_run.run(), runJson({.model = "iris"}, {}));
        write(m_run.status(), statusJson(statusNow(RunState::Running)));
    }

    void runWithoutAProcessHasCrashed()
    {
        const RunSnapshot look = lookAtRun(m_run.folder);
        QCOMPARE(look.folder, m_folder->path());
        QVERIFY(look.exists && look.isHere && !look.error && !look.statusError);
        QVERIFY(look.view.crashed && !look.view.alive && !look.hasRebooted);
        QCOMPARE(look.view.description.config.model, std::string("iris"));
        QVERIFY(look.freeBytes > 0 && !look.isDiskFull);
    }

    void runWithAProcessIsAlive()
    {
        const auto lock = RunLock::acquire(m_run);
        QVERIFY(lock);
        const RunSnapshot look = lookAtRun(m_run.folder);
        QVERIFY(look.view.alive && !look.view.crashed);
    }

    void checkpointsComeNewestEpochFirst()
    {
        for (const std::int64_t epoch : {2, 10'000, 9})
            write(m_run.epoch(epoch), "12345");
        write(m_run.last(), "1234567");
        write(m_run.best(), "123");
        write(m_run.checkpoints() / "notes.txt", "of somebody");
        const RunSnapshot look = lookAtRun(m_run.folder);
        std::vector<std::pair<std::string, std::uint64_t>> files;
        for (const RunFile &file : look.checkpoints)
            files.emplace_back(file.path.filename().string(), file.bytes);
        const std::vector<std::pair<std::string, std::uint64_t>> expected{
            {"epoch_10000.pth", 5}, {"epoch_0009.pth", 5}, {"epoch_0002.pth", 5}, {"best.pth", 3}, {"last.pth", 7}};
        QCOMPARE(files, expected);
        QCOMPARE(look.checkpoints.front().epoch, std::optional<std::int64_t>(10'000));
        const auto now = static_cast<std::int64_t>(secondsNow() * 1000);
        QVERIFY(std::abs(look.checkpoints.front().modified - now) < 60'000);
    }

    void lastWordsAreWholeLines()
    {
        write(m_run.log(), "first\nsecond\n");
        QCOMPARE(lookAtRun(m_run.folder).lastWords, std::string("first\nsecond\n"));
        std::string log;
        for (int line = 0; line < 5000; ++line)
            log += "line " + std::to_string(line) + "\n";
        write(m_run.log(), log);
        const std::string words = lookAtRun(m_run.folder).lastWords;
        QVERIFY(words.size() <= 8192 && words.size() > 8000);
        QVERIFY(words.starts_with("line "));
        QVERIFY(words.ends_with("line 4999\n"));
    }

    void whatCannotBeReadIsToldApart()
    {
        write(m_run.status(), "{\"state\":\"run");
        QVERIFY(lookAtRun(m_run.folder).statusError->code == ErrorCode::Corrupt);
        std::filesystem::remove(m_run.status());
        QVERIFY(lookAtRun(m_run.folder).statusError->code == ErrorCode::NotFound);
        write(m_run.run(), "{\"waypoint\": 1, \"config\": {\"mod");
        QVERIFY(lookAtRun(m_run.folder).error->code == ErrorCode::Corrupt);
        write(m_run.run(), "{\"waypoint\": 99, \"config\": {}}");
        QVERIFY(lookAtRun(m_run.folder).error->code == ErrorCode::Unsupported);
        std::filesystem::remove(m_run.run());
        QVERIFY(lookAtRun(m_run.folder).error->code == ErrorCode::NotFound);
        QVERIFY(lookAtRun(m_run.folder).exists);
        const RunSnapshot gone = lookAtRun(m_run.folder / "nowhere");
        QVERIFY(!gone.exists && gone.error->code == ErrorCode::NotFound);
    }

    void failureBeforeRunJsonKeepsItsStatus()
    {
        std::filesystem::remove(m_run.run());
        RunStatus failed = statusNow(RunState::Failed);
        failed.message = "There is no such file.";
        write(m_run.status(), statusJson(failed));
        const RunSnapshot look = lookAtRun(m_run.folder);
        QVERIFY(look.error->code == ErrorCode::NotFound);
        QVERIFY(!look.view.crashed);
        QCOMPARE(look.view.status.message, failed.message);
    }

    void heartbeatBeforeTheComputerStartedTellsOfARestart()
    {
        RunStatus status = statusNow(RunState::Running);
        status.heartbeat = 1000;
        write(m_run.status(), statusJson(status));
        QVERIFY(lookAtRun(m_run.folder).hasRebooted);
        status.host = "another computer";
        write(m_run.status(), statusJson(status));
        QVERIFY(!lookAtRun(m_run.folder).hasRebooted);
        QVERIFY(!lookAtRun(m_run.folder).isHere);
    }

    void sameIsWhatNobodyCouldTellApart()
    {
        const RunSnapshot one = lookAtRun(m_run.folder);
        RunSnapshot other = lookAtRun(m_run.folder);
        other.freeBytes += 4096;
        QVERIFY(tellSame(one, other));
        other.view.status.batch += 1;
        QVERIFY(!tellSame(one, other));
    }
};

QTEST_GUILESS_MAIN(RunSnapshotTest)
#include "run_snapshot_test.moc"

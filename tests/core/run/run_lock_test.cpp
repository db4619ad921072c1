// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include <QFile>
#include <QTemporaryDir>

#include "child_process.h"
#include "core/base/describe_error.h"
#include "core/run/file_lock.h"
#include "core/run/run_folder.h"

#include <algorithm>
#include <fcntl.h>
#include <optional>

using namespace waypoint;
using waypoint::test::ChildProcess;

namespace {

/// Takes the lock of a run and says "taken", or what the error says.
std::function<std::string()> holder(const RunPaths &paths)
{
    return [paths] {
        static std::optional<RunLock> kept;
        auto lock = RunLock::acquire(paths);
        if (!lock)
            return describe(lock.error());
        kept = *std::move(lock);
        return std::string("taken");
    };
}

class Descriptor
{
public:
    explicit Descriptor(const std::filesystem::path &path, int flags = O_RDWR | O_CREAT)
        : m_number(::open(path.c_str(), flags | O_CLOEXEC, 0644))
    {
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor() { ::close(m_number); }
    operator int() const { return m_number; }

private:
    int m_number;
};

}  // namespace

Q_DECLARE_METATYPE(waypoint::LockKind)

class RunLockTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder.emplace(); }

    void aFolderIsMadeWithAPlaceForCheckpoints()
    {
        const RunPaths paths(root() / "a" / "b");
        const auto lock = RunLock::acquire(paths);
        QVERIFY(lock);
        QVERIFY(std::filesystem::is_directory(paths.checkpoints()));
        QVERIFY(RunLock::isHeld(paths));
    }

    void aFolderWithoutALockIsNotHeldAndAskingLeavesNothingBehind()
    {
        const RunPaths paths(root());
        QVERIFY(!RunLock::isHeld(paths));
        QVERIFY(!std::filesystem::exists(paths.lock()));
    }

    void theLockLastsAsLongAsItsObject()
    {
        const RunPaths paths(root());
        {
            auto lock = RunLock::acquire(paths);
            QVERIFY(lock);
            auto moved = *std::move(lock);
            QVERIFY(RunLock::isHeld(paths));
        }
        QVERIFY(!RunLock::isHeld(paths));
        QVERIFY(RunLock::acquire(paths));
    }

    void theSameProcessDoesNotGetItTwice()
    {
        const RunPaths paths(root());
        const auto lock = RunLock::acquire(paths);
        QVERIFY(lock);
        const auto second = RunLock::acquire(paths);
        QVERIFY(!second);
        QVERIFY(RunLock::isHeld(paths));
    }

    void anotherProcessIsRefusedAndToldWhoHoldsIt()
    {
        const RunPaths paths(root());
        const ChildProcess first(holder(paths));
        QCOMPARE(first.said(), std::string("taken"));
        const auto second = RunLock::acquire(paths);
        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::WriteFailed);
        const auto sentence = QString::fromStdString(describe(second.error()));
        QVERIFY(sentence.contains(QString("process %1 on %2").arg(first.pid()).arg(QSysInfo::machineHostName())));
        QVERIFY(sentence.contains(QString::fromStdString(root().string())));
    }

    void ofManyProcessesExactlyOneGetsIt()
    {
        const RunPaths paths(root());
        std::vector<std::unique_ptr<ChildProcess>> children;
        for (int i = 0; i < 6; ++i)
            children.push_back(std::make_unique<ChildProcess>(holder(paths)));
        QCOMPARE(
            std::count_if(children.begin(), children.end(), [](const auto &child) { return child->said() == "taken"; }),
            1);
    }

    void aKilledProcessFreesIt()
    {
        const RunPaths paths(root());
        ChildProcess first(holder(paths));
        QCOMPARE(first.said(), std::string("taken"));
        QVERIFY(RunLock::isHeld(paths));
        first.kill();
        QVERIFY(!RunLock::isHeld(paths));
        const ChildProcess second(holder(paths));
        QCOMPARE(second.said(), std::string("taken"));
    }

    void askingNeverKeepsATrainerFromTakingIt()
    {
        const RunPaths paths(root());
        QVERIFY(RunLock::acquire(paths));
        const ChildProcess first([&paths] { return RunLock::isHeld(paths) ? "held" : "free"; });
        QCOMPARE(first.said(), std::string("free"));
        QVERIFY(RunLock::acquire(paths));
    }

    void aFolderThatCannotBeMadeIsNamed()
    {
        QFile file(QString::fromStdString((root() / "file").string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto lock = RunLock::acquire(RunPaths(root() / "file"));
        QVERIFY(!lock);
        QCOMPARE(lock.error().file, (root() / "file").string());
    }

    void bothKindsOfLockKeepOthersOut_data()
    {
        QTest::addColumn<LockKind>("kind");
        QTest::newRow("open file description") << LockKind::OpenFileDescription;
        QTest::newRow("flock") << LockKind::Flock;
    }

    void bothKindsOfLockKeepOthersOut()
    {
        QFETCH(LockKind, kind);
        const auto path = root() / "lock";
        const Descriptor mine(path);
        const Descriptor reader(path, O_RDONLY);
        QCOMPARE(askLock(reader, kind), LockAnswer::Free);
        {
            const Descriptor other(path);
            QCOMPARE(takeLock(other, kind), LockAnswer::Free);
            QCOMPARE(askLock(reader, kind), LockAnswer::Held);
            QCOMPARE(takeLock(mine, kind), LockAnswer::Held);
        }
        QCOMPARE(askLock(reader, kind), LockAnswer::Free);
        QCOMPARE(takeLock(mine, kind), LockAnswer::Free);
    }

private:
    std::filesystem::path root() const { return m_folder->path().toStdString(); }

    std::optional<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(RunLockTest)
#include "run_lock_test.moc"

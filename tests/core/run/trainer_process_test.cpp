// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include <QFile>
#include <QTemporaryDir>

#include "child_process.h"
#include "core/base/describe_error.h"
#include "core/run/trainer_process.h"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

using namespace waypoint;
using waypoint::test::ChildProcess;

Q_DECLARE_METATYPE(waypoint::ErrorCode)

class TrainerProcessTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder.emplace(); }
    void cleanup()
    {
        ::signal(SIGINT, SIG_DFL);
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
    }

    void itsExitStatusIsTold()
    {
        auto process = shell("exit 3");
        QVERIFY(process);
        QVERIFY(process->pid() > 0);
        QTRY_VERIFY(process->exit());
        QVERIFY((*process->exit() == TrainerExit{.signalled = false, .code = 3}));
        QVERIFY((*process->exit() == TrainerExit{.signalled = false, .code = 3}));  // again
    }

    void aKillIsTold()
    {
        auto process = shell("exec sleep 60");
        QVERIFY(process);
        QVERIFY(!process->exit());
        ::kill(static_cast<pid_t>(process->pid()), SIGKILL);
        QTRY_VERIFY(process->exit());
        QVERIFY((*process->exit() == TrainerExit{.signalled = true, .code = SIGKILL}));
    }

    void aMovedProcessIsStillTheSame()
    {
        auto process = shell("exit 4");
        QVERIFY(process);
        const auto pid = process->pid();
        auto moved = *std::move(process);
        QCOMPARE(moved.pid(), pid);
        QTRY_VERIFY(moved.exit());
        QCOMPARE(moved.exit()->code, 4);
        QCOMPARE(process->pid(), 0);
    }

    void aProcessWhoseEndAnotherWasToldHasEndedAllTheSame()
    {
        auto process = shell("exit 3");
        QVERIFY(process);
        ::waitpid(static_cast<pid_t>(process->pid()), nullptr, 0);
        QVERIFY((process->exit() == TrainerExit{.signalled = false, .code = kUnknownExit}));
    }

    void itsArgumentsArriveAsTheyAre()
    {
        const auto out = path("out");
        auto process = TrainerProcess::launch(
            "/bin/sh", {"-c", "printf '<%s>' \"$@\" > \"$0\"", out.string(), "a b", "", "it's", "$HOME", "größe"},
            log());
        QVERIFY(process);
        QTRY_VERIFY(process->exit());
        QCOMPARE(content(out), QByteArray("<a b><><it's><$HOME><größe>"));
    }

    void whatItSaysLastIsAppendedToTheLog()
    {
        QFile file(QString::fromStdString(log().string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("before\n");
        file.close();
        auto process = shell("echo gone; echo 'last words' >&2");
        QVERIFY(process);
        QTRY_VERIFY(process->exit());
        QCOMPARE(content(log()), QByteArray("before\nlast words\n"));
    }

    void theFolderOfTheLogIsMade()
    {
        const auto deep = path("a/b/trainer.log");
        auto process = TrainerProcess::launch("/bin/sh", {"-c", "echo words >&2"}, deep);
        QVERIFY(process);
        QTRY_VERIFY(process->exit());
        QCOMPARE(content(deep), QByteArray("words\n"));
    }

    void aLogThatCannotBeMadeIsNamed()
    {
        QFile file(QString::fromStdString(path("file").string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto process = TrainerProcess::launch("/bin/sh", {"-c", "exit 0"}, path("file/trainer.log"));
        QVERIFY(!process);
        QCOMPARE(process.error().code, ErrorCode::WriteFailed);
        QCOMPARE(process.error().file, path("file").string());
    }

    void aProgramThatCannotRunIsAnError_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("executable");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("missing") << QByteArray() << false << ErrorCode::NotFound;
        QTest::newRow("not executable") << QByteArray("#!/bin/sh\n") << false << ErrorCode::NoPermission;
        QTest::newRow("no program") << QByteArray("\x7f"
                                                  "ELF nonsense")
                                    << true << ErrorCode::Unsupported;
    }

    void aProgramThatCannotRunIsAnError()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, executable);
        QFETCH(ErrorCode, code);
        const auto program = path("program");
        QFile file(QString::fromStdString(program.string()));
        if (!text.isEmpty()) {
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
            file.close();
        }
        if (executable)
            file.setPermissions(file.permissions() | QFile::ExeOwner | QFile::ExeUser);
        const auto process = TrainerProcess::launch(program, {}, log());
        QVERIFY(!process);
        QCOMPARE(process.error().code, code);
        QCOMPARE(process.error().file, program.string());
    }

    void itStaysInTheFolderOfItsStarter()
    {
        auto process = shell("pwd -P >&2");
        QVERIFY(process);
        QTRY_VERIFY(process->exit());
        QCOMPARE(content(log()).trimmed(), QByteArray::fromStdString(std::filesystem::current_path().string()));
    }

    void itReadsNothingAndHoldsNoDescriptorOfItsStarter()
    {
        const int kept = ::open(path("kept").c_str(), O_RDWR | O_CREAT, 0644);
        const int near = ::fcntl(kept, F_DUPFD, 40);  // without FD_CLOEXEC
        const int far = ::fcntl(kept, F_DUPFD, 200);
        QVERIFY(near >= 40 && far >= 200);
        auto process = shell("cat; exec ls /proc/self/fd >&2");
        QVERIFY(process);
        QTRY_VERIFY(process->exit());
        for (const int number : {kept, near, far})
            ::close(number);
        QCOMPARE(content(log()), QByteArray("0\n1\n2\n3\n"));  // 3 is the folder that ls reads
    }

    void itsInputAndOutputAreNowhere()
    {
        auto process = shell("exec 5>&1; readlink /proc/$$/fd/0 /proc/$$/fd/5 >&2; exit 0");
        QVERIFY(process);
        QTRY_VERIFY(process->exit());
        QCOMPARE(content(log()), QByteArray("/dev/null\n/dev/null\n"));
    }

    void itsSignalsAreAsEver()
    {
        ::signal(SIGINT, SIG_IGN);
        sigset_t blocked;
        ::sigemptyset(&blocked);
        ::sigaddset(&blocked, SIGTERM);
        ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
        auto process =
            shell("exec sed -n 's/^\\(SigBlk\\|SigIgn\\):.*\\(.\\{8\\}\\)$/\\1 \\2/p' /proc/self/status >&2");
        QVERIFY(process);
        QTRY_VERIFY(process->exit());
        // The lower 31 signals: glibc keeps two beyond them for itself.
        QCOMPARE(content(log()).replace("SigIgn 80000000", "SigIgn 00000000"),
                 QByteArray("SigBlk 00000000\nSigIgn 00000000\n"));
    }

    void itLeadsASessionOfItsOwn()
    {
        auto process = shell("exec sleep 60");
        QVERIFY(process);
        const auto pid = static_cast<pid_t>(process->pid());
        QCOMPARE(::getsid(pid), pid);
        ::kill(pid, SIGKILL);
        QTRY_VERIFY(process->exit());
    }

    void itRunsOnAfterItsObject()
    {
        const auto sign = path("sign");
        {
            auto process = shell("while [ ! -e '" + sign.string() + "' ]; do sleep 0.01; done; echo done >&2");
            QVERIFY(process);
        }
        QCOMPARE(content(log()), QByteArray());
        QVERIFY(QFile(QString::fromStdString(sign.string())).open(QIODevice::WriteOnly));
        QTRY_COMPARE(content(log()), QByteArray("done\n"));
    }

    void itOutlivesTheProcessGroupOfItsStarter()
    {
        const auto sign = path("sign");
        std::string said;
        {
            ChildProcess starter([&] {
                ::setpgid(0, 0);
                ::signal(SIGHUP, SIG_DFL);
                auto process = shell("while [ ! -e '" + sign.string() + "' ]; do sleep 0.01; done; echo done >&2");
                return process ? std::to_string(process->pid()) : describe(process.error());
            });
            said = starter.said();
            ::kill(-starter.pid(), SIGHUP);  // as a terminal that closes
            ::kill(-starter.pid(), SIGKILL);
        }
        QVERIFY(std::stoi(said) > 0);
        QCOMPARE(::kill(std::stoi(said), 0), 0);
        QVERIFY(QFile(QString::fromStdString(sign.string())).open(QIODevice::WriteOnly));
        QTRY_COMPARE(content(log()), QByteArray("done\n"));
    }

    void anEndedProcessThatWasLeftAloneLeavesNothingInTheProcessTable()
    {
        pid_t pid = 0;
        {
            auto process = shell("exec sleep 60");
            QVERIFY(process);
            pid = static_cast<pid_t>(process->pid());
        }
        ::kill(pid, SIGKILL);
        const auto isGone = [&] {
            auto next = shell("exit 0");
            return next && ::kill(pid, 0) != 0 && errno == ESRCH;
        };
        QTRY_VERIFY(isGone());
    }

private:
    std::filesystem::path path(const char *name) const
    {
        return std::filesystem::path(m_folder->path().toStdString()) / name;
    }
    std::filesystem::path log() const { return path("trainer.log"); }
    static QByteArray content(const std::filesystem::path &file)
    {
        QFile opened(QString::fromStdString(file.string()));
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray("cannot be read");
    }
    Result<TrainerProcess> shell(const std::string &script) const
    {
        return TrainerProcess::launch("/bin/sh", {"-c", script}, log());
    }

    std::optional<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TrainerProcessTest)
#include "trainer_process_test.moc"

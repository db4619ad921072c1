// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/trainer_query.h"

#include "core/run/trainer_answers.h"
#include "tests/support/child_processes.h"
#include "ui/jobs/parsed_query.h"
#include "ui/jobs/stall_watch.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include <signal.h>

using namespace waypoint;
using Kind = TrainerFault::Kind;
using std::chrono::milliseconds;
using test::childProcesses;
using test::isDeaf;

namespace {

const QStringList kDevices = {QStringLiteral("devices"), QStringLiteral("--json")};
const QStringList kWatch = kDevices + QStringList(QStringLiteral("--watch"));

void chooseMode(const char *mode) { qputenv("WAYPOINT_MISBEHAVE", mode); }

/// What arrives, so that more than one answer is noticed.
struct Mail
{
    std::vector<TrainerAnswer> answers;
    TrainerQuery::Done taker()
    {
        return [this](TrainerAnswer answer) { answers.push_back(std::move(answer)); };
    }
};

/// A program of one shell line.
QString writeScript(const QTemporaryDir &folder, const QByteArray &line, bool executable = true)
{
    QFile file(folder.filePath(QStringLiteral("script")));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write("#!/bin/sh\n" + line + '\n');
    file.setPermissions(executable ? QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner : QFile::ReadOwner);
    return file.fileName();
}

}  // namespace

class TrainerQueryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_MISBEHAVING_TRAINER"));
        chooseMode("fine");
    }

    // Whatever a test left behind is gone, and none of it as a zombie.
    void cleanup() { QTRY_COMPARE(childProcesses().size(), std::size_t(0)); }

    void eachMisbehaviourHasOneAnswerWithItsOwnSentence_data()
    {
        QTest::addColumn<QByteArray>("mode");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char *mode, Kind kind, const char *sentence) {
            QTest::newRow(mode) << QByteArray(mode) << kind << QString::fromLatin1(sentence);
        };
        row("garbage", Kind::NoAnswer, "What waypoint-train printed is no answer.");
        row("half", Kind::NoAnswer, "waypoint-train stopped in the middle of its answer.");
        row("hang", Kind::Silent, "waypoint-train said nothing for a second and was ended.");
        row("abort", Kind::Crashed, "waypoint-train crashed (SIGABRT).");
        row("segv", Kind::Crashed, "waypoint-train crashed (SIGSEGV).");
        row("exit3", Kind::Refused, "there is no device cuda:7; choose one");
        row("silent", Kind::NoAnswer, "waypoint-train ended without an answer.");
        row("flood", Kind::NoAnswer, "waypoint-train printed far more than an answer and was ended.");
        row("other-keys", Kind::OtherVersion, "waypoint-train answered what this window cannot read (devices");
    }

    void eachMisbehaviourHasOneAnswerWithItsOwnSentence()
    {
        QFETCH(QByteArray, mode);
        QFETCH(Kind, kind);
        QFETCH(QString, sentence);
        chooseMode(mode.constData());
        StallWatch watch;
        std::vector<TrainerReply<TrainerDevices>> replies;
        ParsedQuery<TrainerDevices> query(this, parseDevices);
        query.ask(
            kDevices, [&](TrainerReply<TrainerDevices> reply) { replies.push_back(std::move(reply)); },
            milliseconds(1000));
        QTRY_COMPARE_WITH_TIMEOUT(replies.size(), std::size_t(1), 30000);
        QVERIFY(replies[0].fault);
        QCOMPARE(replies[0].fault->kind, kind);
        QVERIFY2(replies[0].fault->sentence.startsWith(sentence), qPrintable(replies[0].fault->sentence));
        QTRY_COMPARE(childProcesses().size(), std::size_t(0));
        QCOMPARE(replies.size(), std::size_t(1));
        qInfo("longest turn: %lld ms", static_cast<long long>(watch.longestTurn().count() / 1000));
        QVERIFY(watch.longestCpuTurn() < milliseconds(50));
    }

    void crashKeepsTheLastWords()
    {
        chooseMode("abort");
        Mail mail;
        TrainerQuery query;
        query.ask(kDevices, mail.taker());
        QTRY_COMPARE(mail.answers.size(), std::size_t(1));
        QCOMPARE(mail.answers[0].fault->lastWords,
                 QStringLiteral("terminate called after throwing an instance of 'std::logic_error'"));
    }

    void goodAnswerComesWhole()
    {
        Mail mail;
        TrainerQuery query;
        query.ask(kDevices, mail.taker());
        QVERIFY(query.isAsking());
        QTRY_COMPARE(mail.answers.size(), std::size_t(1));
        QVERIFY(!query.isAsking());
        QVERIFY(!mail.answers[0].fault);
        QVERIFY(parseDevices(mail.answers[0].out));
    }

    void slowAnswerIsWaitedForWithinPatience()
    {
        chooseMode("slow");
        Mail mail;
        TrainerQuery query;
        query.ask(kDevices, mail.taker());
        QTRY_COMPARE(mail.answers.size(), std::size_t(1));
        QVERIFY(!mail.answers[0].fault);
    }

    void programThatIsNotThereIsNotInstalled()
    {
        qputenv("WAYPOINT_TRAINER", "/nowhere/waypoint-train");
        Mail mail;
        TrainerQuery query;
        query.ask(kDevices, mail.taker());
        QCOMPARE(mail.answers.size(), std::size_t(0));
        QTRY_COMPARE(mail.answers.size(), std::size_t(1));
        QCOMPARE(mail.answers[0].fault->kind, Kind::NotInstalled);
        QVERIFY(mail.answers[0].fault->sentence.startsWith(
            QStringLiteral("There is no waypoint-train at /nowhere/waypoint-train.")));
    }

    void programThatMayNotRunNeverStarts()
    {
        const QTemporaryDir folder;
        qputenv("WAYPOINT_TRAINER", writeScript(folder, "exit 0", false).toLocal8Bit());
        Mail mail;
        TrainerQuery query;
        query.ask(kDevices, mail.taker());
        QTRY_COMPARE(mail.answers.size(), std::size_t(1));
        QCOMPARE(mail.answers[0].fault->kind, Kind::NeverStarted);
        QVERIFY(mail.answers[0].fault->sentence.contains(QStringLiteral("(Permission denied)")));
    }

    void programWithoutItsLibrariesNeverStarts()
    {
        const QTemporaryDir folder;
        const QString script = writeScript(
            folder,
            "echo 'waypoint-train: error while loading shared libraries: libtorch.so: no such file' >&2\nexit 127");
        qputenv("WAYPOINT_TRAINER", script.toLocal8Bit());
        Mail mail;
        TrainerQuery query;
        query.ask(kDevices, mail.taker());
        QTRY_COMPARE(mail.answers.size(), std::size_t(1));
        QCOMPARE(mail.answers[0].fault->kind, Kind::NeverStarted);
        QVERIFY(mail.answers[0].fault->sentence.contains(QStringLiteral("(libtorch.so: no such file)")));
    }

    void refusalThatIsADocumentIsTheAnswer()
    {
        const QTemporaryDir folder;
        qputenv("WAYPOINT_TRAINER",
                writeScript(folder, "echo '{\"error\": \"no\"}'\necho no >&2\nexit 2").toLocal8Bit());
        Mail mail;
        TrainerQuery query;
        query.ask(kDevices, mail.taker());
        QTRY_COMPARE(mail.answers.size(), std::size_t(1));
        QVERIFY(!mail.answers[0].fault);
        QCOMPARE(mail.answers[0].out, std::string("{\"error\": \"no\"}\n"));
    }

    void supersededQuestionNeverDelivers()
    {
        Mail older;
        Mail newer;
        TrainerQuery query;
        query.ask(kDevices, older.taker());
        query.ask(kDevices, older.taker());
        query.ask({QStringLiteral("models"), QStringLiteral("--json")}, newer.taker());
        QTRY_COMPARE(newer.answers.size(), std::size_t(1));
        QVERIFY(parseModels(newer.answers[0].out));
        QTRY_COMPARE(childProcesses().size(), std::size_t(0));
        QCOMPARE(older.answers.size(), std::size_t(0));
    }

    void cancelledQuestionNeverDelivers()
    {
        Mail mail;
        TrainerQuery query;
        query.ask(kDevices, mail.taker());
        query.cancel();
        QVERIFY(!query.isAsking());
        QTRY_COMPARE(childProcesses().size(), std::size_t(0));
        QCOMPARE(mail.answers.size(), std::size_t(0));
        query.ask(kDevices, mail.taker());
        QTRY_COMPARE(mail.answers.size(), std::size_t(1));
    }

    void destructionWaitsForNothingAndLeavesNoProcess_data()
    {
        QTest::addColumn<QByteArray>("mode");
        for (const char *const mode : {"hang", "slow"})
            QTest::newRow(mode) << QByteArray(mode);
    }

    void destructionWaitsForNothingAndLeavesNoProcess()
    {
        QFETCH(QByteArray, mode);
        chooseMode(mode.constData());
        Mail mail;
        auto query = std::make_unique<TrainerQuery>();
        query->ask(kDevices, mail.taker());
        QTRY_COMPARE(childProcesses().size(), std::size_t(1));
        QTRY_VERIFY(mode != "hang" || isDeaf(childProcesses().front()));
        QElapsedTimer timer;
        timer.start();
        query.reset();
        QVERIFY2(timer.elapsed() < 50, qPrintable(QString::number(timer.elapsed())));
        QTRY_COMPARE(childProcesses().size(), std::size_t(0));
        QCOMPARE(mail.answers.size(), std::size_t(0));
    }

    void answerMayAskAnewOrDestroyTheQuery()
    {
        Mail mail;
        auto query = std::make_unique<TrainerQuery>();
        query->ask(kDevices, [&](TrainerAnswer first) {
            mail.answers.push_back(std::move(first));
            query->ask(kDevices, [&](TrainerAnswer second) {
                query.reset();
                mail.answers.push_back(std::move(second));
            });
        });
        QTRY_COMPARE(mail.answers.size(), std::size_t(2));
        QVERIFY(!query);
    }

    void hundredQuestionsInARowLeaveNothingBehind()
    {
        StallWatch watch;
        Mail mail;
        TrainerQuery query;
        TrainerQuery::Done again = [&](TrainerAnswer answer) {
            mail.answers.push_back(std::move(answer));
            if (mail.answers.size() < 100)
                query.ask(kDevices, again);
        };
        query.ask(kDevices, again);
        QTRY_COMPARE_WITH_TIMEOUT(mail.answers.size(), std::size_t(100), 60000);
        for (const TrainerAnswer &answer : mail.answers)
            QVERIFY(!answer.fault);
        QCOMPARE(childProcesses().size(), std::size_t(0));
        QVERIFY(watch.longestCpuTurn() < milliseconds(50));
    }

    void hundredReplacedQuestionsLeaveNothingBehind()
    {
        Mail mail;
        TrainerQuery query;
        for (int i = 0; i < 100; ++i) {
            query.ask(kDevices, mail.taker());
            QCoreApplication::processEvents();
        }
        QTRY_COMPARE(childProcesses().size(), std::size_t(0));
        QVERIFY(mail.answers.size() <= 100);
        QVERIFY(!query.isAsking());
    }

    void followGivesWholeLinesOnly()
    {
        chooseMode("half-lines");
        std::vector<std::string> lines;
        Mail mail;
        TrainerQuery query;
        query.follow(
            kWatch, [&](std::string line) { lines.push_back(std::move(line)); }, mail.taker());
        QTRY_VERIFY(lines.size() >= 4);
        for (const std::string &line : lines)
            QVERIFY2(parseDevices(line), line.substr(0, 200).c_str());
        QVERIFY(query.isAsking());
        query.cancel();
        QTRY_COMPARE(childProcesses().size(), std::size_t(0));
        QCOMPARE(mail.answers.size(), std::size_t(0));
    }

    void lineMayCancelWhatItIsOf()
    {
        int lines = 0;
        Mail mail;
        TrainerQuery query;
        const auto cancelAtTwo = [&](const std::string &) {
            if (++lines == 2)
                query.cancel();
        };
        query.follow(kWatch, cancelAtTwo, mail.taker());
        QTRY_COMPARE(lines, 2);
        QTRY_COMPARE(childProcesses().size(), std::size_t(0));
        QCOMPARE(lines, 2);
        QCOMPARE(mail.answers.size(), std::size_t(0));
    }

    void followEndsWithItsFault_data()
    {
        QTest::addColumn<QByteArray>("mode");
        QTest::addColumn<Kind>("kind");
        QTest::newRow("hang") << QByteArray("hang") << Kind::Silent;
        QTest::newRow("flood") << QByteArray("flood") << Kind::NoAnswer;
        QTest::newRow("abort") << QByteArray("abort") << Kind::Crashed;
        QTest::newRow("silent") << QByteArray("silent") << Kind::NoAnswer;
        QTest::newRow("no-watch") << QByteArray("no-watch") << Kind::Refused;
    }

    void followEndsWithItsFault()
    {
        QFETCH(QByteArray, mode);
        QFETCH(Kind, kind);
        chooseMode(mode.constData());
        int lines = 0;
        Mail mail;
        TrainerQuery query;
        query.follow(
            kWatch, [&](const std::string &) { ++lines; }, mail.taker(), milliseconds(1000));
        QTRY_COMPARE_WITH_TIMEOUT(mail.answers.size(), std::size_t(1), 30000);
        QVERIFY(mail.answers[0].fault);
        QCOMPARE(mail.answers[0].fault->kind, kind);
        QCOMPARE(lines, 0);
    }

    // This test's own program, started anew: see main().
    void applicationEndsAtOnceAndTakesWhatItAskedWithIt()
    {
        chooseMode("hang");
        QProcess leaver;
        leaver.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--leave-asking")});
        QVERIFY(leaver.waitForFinished(20000));
        QCOMPARE(leaver.exitStatus(), QProcess::NormalExit);
        const QList<QByteArray> said = leaver.readAllStandardOutput().split(' ');
        QCOMPARE(said.size(), 2);
        QVERIFY2(said[0].toInt() < 500, said[0].constData());
        const auto asked = static_cast<pid_t>(said[1].toLongLong());
        QVERIFY(asked > 0);
        QTRY_VERIFY(::kill(asked, 0) != 0);
    }
};

namespace {

/// Ends while a deaf process is asked, and another is dying; prints how long that took and which process.
int leaveAsking(int argc, char **argv)
{
    QElapsedTimer timer;
    pid_t asked = 0;
    {
        const QCoreApplication application(argc, argv);
        TrainerQuery query;
        query.ask(kDevices, [](const TrainerAnswer &) {});
        while (childProcesses().empty() || !isDeaf(childProcesses().front()))
            QTest::qWait(10);  // between two looks
        asked = childProcesses().front();
        timer.start();
    }
    std::printf("%lld %lld", static_cast<long long>(timer.elapsed()), static_cast<long long>(asked));
    return 0;
}

}  // namespace

int main(int argc, char **argv)
{
    if (argc == 2 && QByteArray(argv[1]) == "--leave-asking")
        return leaveAsking(argc, argv);
    QCoreApplication application(argc, argv);
    TrainerQueryTest tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "trainer_query_test.moc"

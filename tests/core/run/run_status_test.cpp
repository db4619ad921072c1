// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include <QJsonDocument>
#include <QJsonObject>

#include "core/run/run_folder.h"

#include <limits>

using namespace waypoint;

namespace {

RunStatus busyStatus()
{
    return {.state = RunState::Paused,
            .pid = 4711,
            .host = "größe",
            .heartbeat = 1'700'000'000.123456,
            .epoch = 3,
            .epochs = 50,
            .step = 401,
            .batch = 17,
            .batches = 128,
            .samplesPerSecond = 1.0 / 3,
            .secondsLeft = 12.5,
            .message = "Saved \"epoch_0003.pth\".",
            .reason = "file",
            .lastCheckpoint = "epoch_0003.pth",
            .handledSeq = 9};
}

QString problemWith(const char *control)
{
    const auto parsed = parseControl(control);
    return parsed ? QString("nothing") : QString::fromStdString(parsed.error().detail);
}

}  // namespace

class RunStatusTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aStatusComesBackWhole()
    {
        const auto status = parseStatus(statusJson(busyStatus()));
        QVERIFY(status);
        QVERIFY(*status == busyStatus());
    }

    void everyStateHasItsWord()
    {
        QStringList words;
        for (const auto state : {RunState::Starting, RunState::Running, RunState::Paused, RunState::Stopped,
                                 RunState::Finished, RunState::Failed}) {
            const auto status = parseStatus(statusJson({.state = state}));
            QVERIFY(status);
            QCOMPARE(status->state, state);
            words
                << QJsonDocument::fromJson(QByteArray::fromStdString(statusJson({.state = state})))["state"].toString();
        }
        QCOMPARE(words, (QStringList{"starting", "running", "paused", "stopped", "finished", "failed"}));
    }

    void onlyTheEndsAreFinal()
    {
        QVERIFY(!isFinal(RunState::Starting) && !isFinal(RunState::Running) && !isFinal(RunState::Paused));
        QVERIFY(isFinal(RunState::Stopped) && isFinal(RunState::Finished) && isFinal(RunState::Failed));
    }

    void theKeysAreThoseOfTheInterface()
    {
        const auto object = QJsonDocument::fromJson(QByteArray::fromStdString(statusJson(busyStatus()))).object();
        QCOMPARE(object["pid"].toInt(), 4711);
        QCOMPARE(object["host"].toString(), QString("größe"));
        QCOMPARE(object["heartbeat"].toDouble(), 1'700'000'000.123456);
        QCOMPARE(object["epoch"].toInt(), 3);
        QCOMPARE(object["step"].toInt(), 401);
        QCOMPARE(object["message"].toString(), QString("Saved \"epoch_0003.pth\"."));
        QCOMPARE(object["handled_seq"].toInt(), 9);
    }

    void infinitiesAreWords()
    {
        const auto text = statusJson({.samplesPerSecond = std::numeric_limits<double>::infinity()});
        QVERIFY(text.find("\"samples_per_second\": \"Infinity\"") != std::string::npos);
        QCOMPARE(parseStatus(text)->samplesPerSecond, std::numeric_limits<double>::infinity());
    }

    void halfAStatusIsAnError()
    {
        const auto text = statusJson(busyStatus());
        for (std::size_t length = 0; length + 2 < text.size(); ++length)
            QVERIFY(!parseStatus(text.substr(0, length)));
        QVERIFY(!parseStatus(R"({"state": "asleep"})"));
        QVERIFY(!parseStatus(R"({"state": 3})"));
    }

    void aCommandIsWrittenAsTheInterfaceSays()
    {
        QCOMPARE(controlJson({.seq = 3, .command = Command::Stop, .afterEpoch = true}),
                 std::string("{\"seq\":3,\"command\":\"stop\",\"after\":\"epoch\"}\n"));
        QCOMPARE(controlJson({.seq = 4, .command = Command::Continue}),
                 std::string("{\"seq\":4,\"command\":\"continue\",\"after\":\"step\"}\n"));
    }

    void everyCommandComesBack()
    {
        for (const auto command : {Command::Pause, Command::Continue, Command::Checkpoint, Command::Stop}) {
            for (const bool afterEpoch : {false, true}) {
                const Control control{.seq = 7, .command = command, .afterEpoch = afterEpoch};
                const auto parsed = parseControl(controlJson(control));
                QVERIFY(parsed);
                QVERIFY(*parsed == control);
            }
        }
    }

    void withoutAfterItIsAfterTheStep()
    {
        const auto control = parseControl(R"({"command": "pause", "seq": 1, "by": "somebody"})");
        QVERIFY(control);
        QVERIFY(*control == (Control{.seq = 1, .command = Command::Pause, .afterEpoch = false}));
    }

    void aCommandThatIsNoneIsNamed()
    {
        QVERIFY(problemWith(R"({"seq": 1, "command": "explode"})").contains("'command'"));
        QVERIFY(problemWith(R"({"seq": "1", "command": "stop"})").contains("'seq'"));
        QVERIFY(problemWith(R"({"seq": 1, "command": "stop", "after": "lunch"})").contains("'after'"));
        QVERIFY(problemWith(R"({"command": "stop"})").contains("'seq'"));
        QVERIFY(problemWith("{\"seq\": 1, \"comm") != "nothing");
    }
};

QTEST_GUILESS_MAIN(RunStatusTest)
#include "run_status_test.moc"

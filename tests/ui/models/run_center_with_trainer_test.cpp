// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The real waypoint-train, started, steered and killed by the window's means.
#include "core/run/train_command.h"
#include "ui/models/run_center.h"

#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <csignal>
#include <memory>

using namespace waypoint;

namespace {

constexpr int kPatience = 60'000;  ///< milliseconds: LibTorch loads slowly on a busy machine

}  // namespace

class RunCenterWithTrainerTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_run;

    [[nodiscard]] TrainingOrder order(std::int64_t epochs) const
    {
        const RunConfig config{.epochs = epochs};
        return {
            .folder = m_run, .device = QStringLiteral("cpu"), .arguments = startCommand(config, m_run.toStdString())};
    }

    [[nodiscard]] TrainingOrder resume(std::int64_t epochs) const
    {
        const ResumeChoice choice{.checkpoint = m_run.toStdString(), .options = {"--epochs", std::to_string(epochs)}};
        return {.folder = m_run, .device = QStringLiteral("cpu"), .arguments = resumeCommand(choice)};
    }

    [[nodiscard]] RunCondition condition(const RunCenter &center) const { return center.story(m_run).condition; }

    [[nodiscard]] std::int64_t step(const RunCenter &center) const
    {
        return center.snapshot(m_run) ? center.snapshot(m_run)->view.status.step : 0;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        m_run = m_folder->filePath(QStringLiteral("iris"));
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("RunCenterWithTrainerTest"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder->filePath(QStringLiteral("config")));
        QVERIFY(!qgetenv("WAYPOINT_TRAIN").isEmpty());
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_TRAIN"));
    }

    void irisIsStartedPausedContinuedStoppedResumedAndFinishes()
    {
        RunCenter center;
        QSignalSpy failures(&center, &RunCenter::failed);
        center.setFollowed(m_run, true);
        center.start(order(100'000));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center), RunCondition::Running, kPatience);
        center.send(m_run, Command::Pause);
        QTRY_COMPARE_WITH_TIMEOUT(condition(center), RunCondition::Paused, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(!center.isPending(m_run), kPatience);
        const std::int64_t paused = step(center);
        center.send(m_run, Command::Continue);
        QTRY_VERIFY_WITH_TIMEOUT(step(center) > paused, kPatience);
        center.send(m_run, Command::Stop);
        QTRY_COMPARE_WITH_TIMEOUT(condition(center), RunCondition::Stopped, kPatience);
        QVERIFY(!center.isPending(m_run));
        QVERIFY(center.story(m_run).canResume);
        QCOMPARE(runTitle(*center.snapshot(m_run)), "iris");

        const std::int64_t epochs = center.snapshot(m_run)->view.status.epoch + 5;
        center.start(resume(epochs));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center), RunCondition::Finished, kPatience);
        QCOMPARE(center.story(m_run).headline,
                 QStringLiteral("All %1 epochs are done").arg(QLocale().toString(epochs)));
        QCOMPARE(center.story(m_run).share, 1.0);
        QVERIFY2(failures.isEmpty(), qPrintable(failures.value(0).value(1).toString()));
    }

    void killedTrainerIsACrashThatCanBeResumed()
    {
        RunCenter center;
        center.start(order(100'000));
        QTRY_VERIFY_WITH_TIMEOUT(step(center) > 20, kPatience);
        QCOMPARE(::kill(static_cast<pid_t>(center.snapshot(m_run)->view.status.pid), SIGKILL), 0);
        QTRY_COMPARE_WITH_TIMEOUT(condition(center), RunCondition::Crashed, kPatience);
        QCOMPARE(center.story(m_run).cause,
                 "It was killed (signal 9): mostly the system does that when memory runs out, or a person.");
        QVERIFY(center.story(m_run).canResume);
        QVERIFY(!center.snapshot(m_run)->checkpoints.empty());

        center.start(resume(100'000));
        QTRY_COMPARE_WITH_TIMEOUT(condition(center), RunCondition::Running, kPatience);
        center.kill(m_run);
        QTRY_COMPARE_WITH_TIMEOUT(condition(center), RunCondition::Stopped, kPatience);
    }

    void trainerThatIsRefusedSaysWhy()
    {
        RunCenter center;
        TrainingOrder wrong = order(5);
        wrong.arguments.insert(wrong.arguments.end(), {"--batch-size", "-3"});
        center.start(wrong);
        QTRY_COMPARE_WITH_TIMEOUT(condition(center), RunCondition::NeverStarted, kPatience);
        QVERIFY2(center.story(m_run).cause.contains(QStringLiteral("--batch-size")),
                 qPrintable(center.story(m_run).cause));
        TrainingOrder nowhere = order(5);
        nowhere.arguments.insert(nowhere.arguments.end(), {"--data", "csv:/nowhere/at/all.csv"});
        center.start(nowhere);
        QTRY_COMPARE_WITH_TIMEOUT(condition(center), RunCondition::Failed, kPatience);
        QVERIFY2(center.story(m_run).cause.contains(QStringLiteral("/nowhere/at/all.csv")),
                 qPrintable(center.story(m_run).cause));
    }
};

QTEST_GUILESS_MAIN(RunCenterWithTrainerTest)
#include "run_center_with_trainer_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/train_command.h"
#include "tests/support/python.h"
#include "tests/ui/journeys/journey.h"
#include "tests/ui/journeys/training_journey.h"
#include "ui/jobs/stall_watch.h"
#include "ui/models/text.h"
#include "ui/pages/start_page.h"
#include "ui/views/data_chooser.h"
#include "ui/views/evaluate_sheet.h"
#include "ui/views/runs_table.h"

#include <QtWidgets/QTableWidget>

#include <csignal>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr int kTraining = 240'000;  ///< milliseconds a run may take on a busy machine

/// Compares two checkpoints of finished runs in PyTorch: everything that is trained, to the bit.
const QString kSame = QStringLiteral(R"PY(
import sys, torch
a, b = (torch.load(path, map_location="cpu") for path in sys.argv[1:3])
def same(x, y):
    if isinstance(x, torch.Tensor):
        return x.dtype == y.dtype and torch.equal(x, y)
    if isinstance(x, dict):
        return list(x) == list(y) and all(same(x[key], y[key]) for key in x)
    if isinstance(x, (list, tuple)):
        return len(x) == len(y) and all(map(same, x, y))
    return x == y
for key in ("model_state_dict", "optimizer_state_dict", "epoch", "step", "rng_state"):
    if not same(a[key], b[key]):
        print(key, "differs")
print(a["epoch"], len(a["model_state_dict"]))
)PY");

/// The same training without a window and without an interruption.
QString trainUnbroken(const QString &run, const QString &folder)
{
    const auto told = viewRun(text::toPath(run));
    if (!told)
        return QStringLiteral("no run.json");
    QStringList arguments;
    for (const std::string &argument : startCommand(told->description.config, text::toPath(folder)))
        arguments << text::fromUtf8(argument);
    QProcess trainer;
    trainer.start(qEnvironmentVariable("WAYPOINT_TRAIN"), arguments);
    return trainer.waitForFinished(kTraining) && trainer.exitCode() == 0 ? QString()
                                                                         : QString::fromUtf8(trainer.readAll());
}

}  // namespace

/// Starting, watching, leaving, losing and resuming runs as a person does, with the real waypoint-train.
class TrainJourneyTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<TrainingJourney> m_journey;

private Q_SLOTS:
    void init() { m_journey = std::make_unique<TrainingJourney>(); }
    void cleanup()
    {
        m_journey->endRuns();
        m_journey.reset();
    }

    void aNewcomerSeesTheWholeLoop()
    {
        TrainingJourney &j = *m_journey;
        j.keep(QStringLiteral("start"));
        j.click(j.window->startPage().findChild<QPushButton *>(QStringLiteral("tryIris")));
        QCOMPARE(j.window->page(), MainWindow::Train);
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Stopped, kTraining);
        QVERIFY2(j.story().headline.contains(QLatin1String("200")), qPrintable(j.story().headline));
        QTRY_VERIFY(j.button(QStringLiteral("Resume")));
        j.keep(QStringLiteral("trial-stopped"));
        j.press(QStringLiteral("Resume"));
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Finished, kTraining);
        QTRY_VERIFY(!j.button(QStringLiteral("Resume")));
        j.keep(QStringLiteral("trial-finished"));
    }

    void withNothingTouchedStartTrainsIris()
    {
        TrainingJourney &j = *m_journey;
        j.newRun();
        QTRY_VERIFY_WITH_TIMEOUT(j.form().isReady(), 60'000);
        j.keep(QStringLiteral("train-form"));
        j.click(j.start());
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Finished, kTraining);
        const auto run = viewRun(text::toPath(j.run()));
        QVERIFY(run);
        QCOMPARE(run->description.config.data, std::string("iris"));
        QCOMPARE(run->status.epoch + 1, run->status.epochs);
        // The next one gets a folder of its own.
        QVERIFY(j.form().runFolder() != j.run());
    }

    void thePageIsPicturedLightAndDark_data()
    {
        QTest::addColumn<Theme::Mode>("mode");
        QTest::newRow("light") << Theme::Mode::Light;
        QTest::newRow("dark") << Theme::Mode::Dark;
    }
    void thePageIsPicturedLightAndDark()
    {
        QFETCH(Theme::Mode, mode);
        TrainingJourney &j = *m_journey;
        const QString look = QString::fromLatin1(QTest::currentDataTag());
        j.theme->setMode(mode);
        j.newRun();
        QTRY_VERIFY_WITH_TIMEOUT(j.form().isReady() && j.form().data().look(), 60'000);
        j.keep(QStringLiteral("train-form-") + look);
        j.click(j.start());
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Finished, kTraining);
        j.keep(QStringLiteral("train-finished-") + look);
        j.page().showAllRuns();
        QTRY_COMPARE_WITH_TIMEOUT(j.page().table().view().model()->rowCount(), 1, 60'000);
        j.keep(QStringLiteral("train-all-runs-") + look);
        j.window->training().evaluate({j.run() + QStringLiteral("/checkpoints/last.pth")});
        auto *sheet = j.window->findChild<EvaluateSheet *>();
        QVERIFY(sheet);
        j.click(sheet->findChild<QPushButton *>(QStringLiteral("evaluateMeasure")));
        QTRY_VERIFY_WITH_TIMEOUT(sheet->results().item(0, 1) && !sheet->results().item(0, 1)->text().isEmpty(), 60'000);
        j.keepWindow(*sheet, QStringLiteral("evaluate-") + look);
        QCOMPARE(sheet->results().rowCount(), 1);
        sheet->close();
    }

    void aRunSurvivesItsWindowAndACrash()
    {
        TrainingJourney &j = *m_journey;
        j.newRun();
        j.type(QStringLiteral("train-epochs"), QStringLiteral("6000"));
        j.type(QStringLiteral("train-batch-size"), QStringLiteral("4"));
        j.type(QStringLiteral("train-seed"), QStringLiteral("7"));
        j.type(QStringLiteral("train-checkpoint-every"), QStringLiteral("400"));
        QTRY_VERIFY_WITH_TIMEOUT(j.form().isReady(), 60'000);
        j.click(j.start());
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Running, kTraining);

        j.clickNamed(QStringLiteral("runPause"));
        QTRY_COMPARE(j.condition(), RunCondition::Paused);
        const auto step = j.status().step;
        j.keep(QStringLiteral("run-paused"));
        j.clickNamed(QStringLiteral("runPause"));
        QTRY_VERIFY(j.condition() == RunCondition::Running && j.status().step > step);
        j.clickNamed(QStringLiteral("runStop"));
        QTRY_COMPARE(j.condition(), RunCondition::Stopped);
        j.press(QStringLiteral("Resume"));
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Running, kTraining);
        const QString run = j.run();

        // Closing asks, and the answer that comes first keeps the run alive.
        j.window->close();
        QVERIFY(j.window->isVisible());
        auto *question = j.window->findChild<QMessageBox *>(QStringLiteral("closingQuestion"));
        QVERIFY(question);
        j.keepWindow(*question, QStringLiteral("closing"));
        QVERIFY(question->defaultButton());
        j.click(question->defaultButton());
        QTRY_VERIFY(!j.window->isVisible());
        j.window.reset();
        QVERIFY(RunLock::isHeld(RunPaths(text::toPath(run))));

        j.open();
        QTRY_VERIFY(j.runs().active().contains(run));
        j.openFromLibrary(run);
        QTRY_COMPARE(j.condition(), RunCondition::Running);
        j.keep(QStringLiteral("run-again"));

        QCOMPARE(::kill(static_cast<pid_t>(j.status().pid), SIGKILL), 0);
        QTRY_COMPARE(j.condition(), RunCondition::Crashed);
        QVERIFY(!j.story().cause.isEmpty());
        QTRY_VERIFY(j.button(QStringLiteral("Resume")));
        j.keep(QStringLiteral("run-crashed"));

        j.press(QStringLiteral("Resume"));
        QTRY_VERIFY_WITH_TIMEOUT(j.condition() == RunCondition::Running || j.condition() == RunCondition::Finished,
                                 kTraining);
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Finished, kTraining);
        j.keep(QStringLiteral("run-finished"));

        const QString unbroken = j.path(QStringLiteral("unbroken"));
        QCOMPARE(trainUnbroken(run, unbroken), QString());
        const QString last = QStringLiteral("/checkpoints/last.pth");
        QCOMPARE(runPython(kSame, {run + last, unbroken + last}).trimmed(), QStringLiteral("5999 4"));
    }

    void closingCanStopTheRunsFirst()
    {
        TrainingJourney &j = *m_journey;
        j.startLongRun();
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Running, kTraining);
        const QString run = j.run();
        j.window->close();
        auto *question = j.window->findChild<QMessageBox *>(QStringLiteral("closingQuestion"));
        QVERIFY(question);
        j.click(buttonNamed(*question, QStringLiteral("Stop, Save and Close")));
        QTRY_VERIFY_WITH_TIMEOUT(!j.window->isVisible(), kTraining);
        const auto view = viewRun(text::toPath(run));
        QVERIFY(view);
        QCOMPARE(view->status.state, RunState::Stopped);
        QVERIFY(hasCheckpoint(RunPaths(text::toPath(run))));
    }

    void theWindowStaysWhereTheQuestionIsCancelled()
    {
        TrainingJourney &j = *m_journey;
        j.startLongRun();
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Running, kTraining);
        j.window->close();
        auto *question = j.window->findChild<QMessageBox *>(QStringLiteral("closingQuestion"));
        QVERIFY(question);
        QTest::keyClick(question, Qt::Key_Escape);
        QTRY_VERIFY(!j.window->findChild<QMessageBox *>(QStringLiteral("closingQuestion")));
        QVERIFY(j.window->isVisible());
        QCOMPARE(j.condition(), RunCondition::Running);
    }
};

QTEST_MAIN(TrainJourneyTest)
#include "train_journey_with_trainer_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_pane.h"

#include "tests/ui/views/fake_run.h"
#include "ui/jobs/stall_watch.h"
#include "ui/models/run_center.h"
#include "ui/models/run_facts.h"
#include "ui/theme.h"
#include "ui/views/curve_plot_area.h"
#include "ui/views/plot.h"
#include "ui/views/run_badge.h"
#include "ui/views/run_checkpoint_list.h"
#include "ui/views/run_curves.h"
#include "ui/views/run_log_view.h"
#include "ui/views/run_sheet.h"

#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QTreeWidget>

#include <atomic>
#include <chrono>
#include <thread>

using namespace waypoint;
using namespace waypoint::test;
using namespace std::chrono_literals;

namespace {

RunStory running()
{
    return {
        RunCondition::Running, QStringLiteral("Running"), QStringLiteral("Epoch 12 of 50"), {}, {}, 0.24, true, false};
}

RunStory over(RunCondition condition, const QString &cause = {}, const QString &advice = {}, bool canResume = true)
{
    return {condition, QStringLiteral("Over"), QStringLiteral("Ended in epoch 12 of 50"), cause, advice, 0.24, false,
            canResume};
}

QString plain(QString text) { return text.remove(QLatin1Char('&')); }

template<typename Button>
Button *visibleButton(const QWidget &in, const QString &text)
{
    for (Button *button : in.findChildren<Button *>())
        if (button->isVisibleTo(&in) && plain(button->text()) == text)
            return button;
    return nullptr;
}

/// Names of the buttons of the notice a person sees and can click.
QStringList offers(const QWidget &sheet)
{
    QStringList names;
    const auto *notice = sheet.findChild<QLabel *>(QStringLiteral("runNotice"))->parentWidget();
    for (const QPushButton *button : notice->findChildren<QPushButton *>())
        if (button->isVisibleTo(&sheet) && button->isEnabled())
            names << plain(button->text());
    return names;
}

constexpr int kPatience = 30'000;  // milliseconds: the machine may be busy

QString state(const RunPane &pane) { return pane.findChild<RunBadge *>()->word(); }

void click(const RunPane &pane, const char *button) { pane.findChild<QToolButton *>(QLatin1String(button))->click(); }

/// A button of the notice, once it is there.
void press(const QWidget &in, const char *text)
{
    QTRY_VERIFY(visibleButton<QPushButton>(in, QLatin1String(text)));
    visibleButton<QPushButton>(in, QLatin1String(text))->click();
}

QString label(const QWidget &in, const char *name)
{
    const auto *label = in.findChild<QLabel *>(QLatin1String(name));
    return label && label->isVisibleTo(&in) ? label->text() : QString();
}

}  // namespace

class RunPaneTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<RunSheet> m_sheet;

    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    [[nodiscard]] QToolButton *tool(const char *name) const
    {
        return m_sheet->findChild<QToolButton *>(QLatin1String(name));
    }
    [[nodiscard]] QTreeView &list() const { return *m_sheet->findChild<QTreeView *>(QStringLiteral("runCheckpoints")); }
    [[nodiscard]] RunCheckpointList &checkpoints() const { return *m_sheet->findChild<RunCheckpointList *>(); }
    [[nodiscard]] QPlainTextEdit &logText() const
    {
        return *m_sheet->findChild<QPlainTextEdit *>(QStringLiteral("runLog"));
    }

    /// What the rows of the list say, columns joined.
    [[nodiscard]] QStringList rows(std::initializer_list<int> columns) const
    {
        QStringList all;
        for (int row = 0; row < list().model()->rowCount(); ++row) {
            QStringList cells;
            for (const int column : columns)
                cells << list().model()->index(row, column).data().toString();
            all << cells.join(QStringLiteral(" | "));
        }
        return all;
    }

    void select(int row) const
    {
        list().setCurrentIndex(list().model()->index(row, 0));
        QVERIFY(list().selectionModel()->isRowSelected(row));
    }

    void showTab(int tab) const { m_sheet->findChild<QTabWidget *>(QStringLiteral("runTabs"))->setCurrentIndex(tab); }

    /// What the stand-in for waypoint-train does from now on.
    void useStandIn(const QByteArray &mode) const
    {
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_MISBEHAVING_TRAINER"));
        qunsetenv("WAYPOINT_MISBEHAVE_FILE");
        qputenv("WAYPOINT_MISBEHAVE", mode);
    }

    [[nodiscard]] TrainingOrder order(const QString &name, int epochs) const
    {
        return {path(name),
                QStringLiteral("cpu"),
                {"start", "--out", path(name).toStdString(), "--epochs", std::to_string(epochs)}};
    }

    void showPane(RunCenter &runs, RunPane &pane, int epochs) const
    {
        runs.start(order(QStringLiteral("run"), epochs));
        pane.resize(700, 760);
        pane.show();
        pane.setRun(path(QStringLiteral("run")));
    }

    void openSheet()
    {
        m_sheet = std::make_unique<RunSheet>();
        m_sheet->resize(700, 760);
        m_sheet->show();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("WaypointRunPaneTest"));
        QLocale::setDefault(QLocale::c());
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        qputenv("XDG_DATA_HOME", path(QStringLiteral("data")).toLocal8Bit());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path(QStringLiteral("config")));
        openSheet();
    }

    void cleanup() { m_sheet.reset(); }

    void eachConditionOffersWhatMakesSense_data()
    {
        QTest::addColumn<RunCondition>("condition");
        QTest::addColumn<bool>("canResume");
        QTest::addColumn<QStringList>("buttons");
        using C = RunCondition;
        const QString resume = QStringLiteral("Resume");
        const QString best = QStringLiteral("Open best.pth");
        const QString fresh = QStringLiteral("New Run…");
        const QString forget = QStringLiteral("Remove from List");
        QTest::newRow("stopped") << C::Stopped << true << QStringList{resume, best};
        QTest::newRow("finished") << C::Finished << true
                                  << QStringList{best, QStringLiteral("Train On…")};
        QTest::newRow("crashed") << C::Crashed << true << QStringList{resume};
        QTest::newRow("crashed early") << C::Crashed << false << QStringList{fresh};
        QTest::newRow("failed") << C::Failed << true << QStringList{resume};
        QTest::newRow("never started") << C::NeverStarted << false << QStringList{fresh, forget};
        QTest::newRow("waiting") << C::Waiting << false
                                 << QStringList{QStringLiteral("Start Now"), QStringLiteral("Remove from Queue")};
        QTest::newRow("silent") << C::NotResponding << false << QStringList{QStringLiteral("End It")};
        QTest::newRow("gone") << C::Gone << false << QStringList{QStringLiteral("Look Again"), forget};
        QTest::newRow("unreadable") << C::Unreadable << true
                                    << QStringList{resume, QStringLiteral("Look Again"), QStringLiteral("Open Folder"),
                                                   forget};
        QTest::newRow("running") << C::Running << false << QStringList{};
    }

    void eachConditionOffersWhatMakesSense()
    {
        QFETCH(RunCondition, condition);
        QFETCH(bool, canResume);
        QFETCH(QStringList, buttons);
        FakeRun run(path(QStringLiteral("run")));
        run.save(3, true);
        const QString cause = condition == RunCondition::Running ? QString() : QStringLiteral("The disk is full.");
        m_sheet->setRun(run.now(over(condition, cause, QStringLiteral("Free some space."), canResume)));
        QTRY_COMPARE(offers(*m_sheet), buttons);
        if (condition != RunCondition::Finished)
            QCOMPARE(label(*m_sheet, "runNotice"), cause);
        QCOMPARE(label(*m_sheet, "runHeadline"), QStringLiteral("Ended in epoch 12 of 50"));
    }

    void runAtWorkWhoseFolderIsGoneCanBeEnded()
    {
        FakeRun run(path(QStringLiteral("run")));
        RunStory story = over(RunCondition::Gone, QStringLiteral("The folder was removed."), {}, false);
        story.isActive = true;
        m_sheet->setRun(run.now(story));
        QTRY_COMPARE(offers(*m_sheet), (QStringList{QStringLiteral("End It"), QStringLiteral("Look Again")}));
        QVERIFY(!tool("runPause")->isVisible());
    }

    void crashShowsItsLastWordsToCopy()
    {
        FakeRun run(path(QStringLiteral("run")));
        run.log("Epoch[003/050]\nterminate called after throwing an instance of 'std::bad_alloc'\n");
        m_sheet->setRun(run.now(over(RunCondition::Crashed, QStringLiteral("It ran out of memory."))));
        const auto *words = m_sheet->findChild<QPlainTextEdit *>(QStringLiteral("runLastWords"));
        QVERIFY(words->isVisible());
        QVERIFY(words->toPlainText().endsWith(QStringLiteral("'std::bad_alloc'")));
        visibleButton<QToolButton>(*m_sheet, QStringLiteral("Copy"))->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), words->toPlainText());
    }

    void finishedRunSaysItsBest()
    {
        FakeRun run(path(QStringLiteral("run")));
        run.save(7, true);
        run.status().message = "All 8 epochs are done. Best accuracy/val: 0.966667, in epoch 5.";
        m_sheet->setRun(run.now(over(RunCondition::Finished)));
        QCOMPARE(label(*m_sheet, "runNotice"),
                 QStringLiteral("All 8 epochs are done. Best accuracy/val: 0.966667, in epoch 5."));
        QVERIFY(!tool("runPause")->isVisible());
    }

    void endingASilentRunSaysWhatIsLost()
    {
        FakeRun run(path(QStringLiteral("run")));
        m_sheet->setRun(run.now(over(RunCondition::NotResponding)));
        QCOMPARE(label(*m_sheet, "runAdvice"),
                 QStringLiteral("There is no checkpoint yet: ending it loses all that was trained."));
        run.save(3);
        m_sheet->setRun(run.now(over(RunCondition::NotResponding)));
        QVERIFY(label(*m_sheet, "runAdvice").contains(QStringLiteral("loses what came after")));
        run.status().host = "elsewhere";
        m_sheet->setRun(run.now(over(RunCondition::NotResponding)));
        QCOMPARE(offers(*m_sheet), QStringList());
    }

    void controlsSayWhatIsPendingUntilItIsDone()
    {
        FakeRun run(path(QStringLiteral("run")));
        QSignalSpy given(m_sheet.get(), &RunSheet::commandGiven);
        RunNow now = run.now(running());
        m_sheet->setRun(now);
        tool("runPause")->click();
        QCOMPARE(given.size(), 1);
        QCOMPARE(given.front().front().value<Command>(), Command::Pause);
        QCOMPARE(label(*m_sheet, "runPending"), QStringLiteral("Pausing…"));
        now.isPending = true;
        m_sheet->setRun(now);
        QVERIFY(!tool("runPause")->isEnabled());
        QCOMPARE(label(*m_sheet, "runPending"), QStringLiteral("Pausing…"));
        now.isPending = false;
        now.story.condition = RunCondition::Paused;
        m_sheet->setRun(now);
        QCOMPARE(label(*m_sheet, "runPending"), QString());
        QCOMPARE(plain(tool("runPause")->text()), QStringLiteral("Continue"));
        tool("runPause")->click();
        QCOMPARE(given.back().front().value<Command>(), Command::Continue);
    }

    void whoPausesWithAKeyDoesNotStopWithTheNext()
    {
        FakeRun run(path(QStringLiteral("run")));
        RunNow now = run.now(running());
        m_sheet->setRun(now);
        m_sheet->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_sheet.get()));
        tool("runPause")->setFocus();
        QTest::keyClick(tool("runPause"), Qt::Key_Space);
        now.isPending = true;
        m_sheet->setRun(now);
        QVERIFY(!tool("runStop")->hasFocus());
        now.isPending = false;
        now.story.condition = RunCondition::Paused;
        m_sheet->setRun(now);
        QVERIFY(tool("runPause")->hasFocus());
    }

    void stopAfterTheEpochCanStillBecomeAStopAfterTheStep()
    {
        FakeRun run(path(QStringLiteral("run")));
        QSignalSpy given(m_sheet.get(), &RunSheet::commandGiven);
        RunNow now = run.now(running());
        m_sheet->setRun(now);
        tool("runStop")->menu()->actions().at(1)->trigger();
        QCOMPARE(given.back().at(1).toBool(), true);
        QCOMPARE(label(*m_sheet, "runPending"), QStringLiteral("Stopping after this epoch…"));
        now.isPending = true;
        m_sheet->setRun(now);
        QVERIFY(tool("runStop")->isEnabled());
        tool("runStop")->click();
        QCOMPARE(given.back().at(1).toBool(), false);
        m_sheet->setRun(now);
        QVERIFY(!tool("runStop")->isEnabled());
        QCOMPARE(label(*m_sheet, "runPending"), QStringLiteral("Stopping after this step…"));
    }

    void startingRunSaysWhyItCannotBeSteered()
    {
        FakeRun run(path(QStringLiteral("run")));
        RunStory story = running();
        story.condition = RunCondition::Starting;
        m_sheet->setRun(run.now(story));
        QVERIFY(!tool("runPause")->isEnabled());
        QCOMPARE(tool("runPause")->toolTip(), QStringLiteral("The trainer is still starting."));
    }

    void headerShowsTheNumbersOfTheRun()
    {
        FakeRun run(path(QStringLiteral("run")));
        QVERIFY(run.train(0));
        run.status().batch = 3;
        run.status().samplesPerSecond = 812.4;
        run.status().secondsLeft = 3725;
        run.status().memoryBytes = 412'000'000;
        m_sheet->setRun(run.now(running()));
        const auto fact = [this](const char *name) { return label(*m_sheet, name); };
        QTRY_COMPARE(fact("runFact Batch"), QStringLiteral("3 of 10"));
        QCOMPARE(fact("runFact Samples/s"), QStringLiteral("812"));
        QCOMPARE(fact("runFact Memory"), QStringLiteral("412 MB"));
        QCOMPARE(fact("runFact Time left"), QStringLiteral("1:02:05"));
        QTRY_COMPARE(fact("runFact Learning rate"), QStringLiteral("0.05"));
        QCOMPARE(fact("runFact Elapsed"), QStringLiteral("0:00:09"));
        QVERIFY2(m_sheet->accessibleName().contains(QStringLiteral("Running, Epoch 12 of 50, 24 % done")),
                 qPrintable(m_sheet->accessibleName()));
    }

    void numbersKeepTheirPlaces()
    {
        FakeRun run(path(QStringLiteral("run")));
        run.status().samplesPerSecond = 1234;
        m_sheet->setRun(run.now(running()));
        const auto *step = m_sheet->findChild<QLabel *>(QStringLiteral("runFact Step"));
        QTest::qWait(0);
        const QPoint place = step->mapTo(m_sheet.get(), QPoint());
        run.status().samplesPerSecond = 5;
        m_sheet->setRun(run.now(running()));
        QTest::qWait(0);
        QCOMPARE(step->mapTo(m_sheet.get(), QPoint()), place);
    }

    void checkpointsAppearWithWhatWasMeasured()
    {
        FakeRun run(path(QStringLiteral("run")));
        QVERIFY(run.train(0));
        run.save(0, true);
        m_sheet->setRun(run.now(running()));
        using M = RunCheckpointsModel;
        QTRY_COMPARE(rows({M::Name, M::Kind, M::Loss, M::Metric}),
                     QStringList{QStringLiteral("Epoch 0 | last, best | 2.083 | 0.25")});
        QVERIFY(run.train(1));
        QTest::qWait(5);  // times of files are told in milliseconds
        run.save(1);
        m_sheet->setRun(run.now(running()));
        QTRY_COMPARE(rows({M::Name, M::Kind, M::Loss}),
                     (QStringList{QStringLiteral("Epoch 1 | last | 1.786"), QStringLiteral("Epoch 0 | best | 2.083")}));
    }

    void checkpointIsDeletedAndComesBack()
    {
        FakeRun run(path(QStringLiteral("run")));
        for (const int epoch : {0, 1, 2}) {
            run.save(epoch);
            QTest::qWait(5);
        }
        connect(m_sheet.get(), &RunSheet::lookRequested, m_sheet.get(), [&] { m_sheet->setRun(run.now(running())); });
        m_sheet->setRun(run.now(running()));
        QCOMPARE(rows({0}),
                 (QStringList{QStringLiteral("Epoch 2"), QStringLiteral("Epoch 1"), QStringLiteral("Epoch 0")}));
        select(1);
        list().setFocus();
        QTest::keyClick(&list(), Qt::Key_Delete);
        QTRY_COMPARE(rows({0}), (QStringList{QStringLiteral("Epoch 2"), QStringLiteral("Epoch 0")}));
        QTRY_VERIFY(visibleButton<QToolButton>(*m_sheet, QStringLiteral("Undo")));
        visibleButton<QToolButton>(*m_sheet, QStringLiteral("Undo"))->click();
        QTRY_COMPARE(rows({0}).size(), 3);
        QVERIFY(QFileInfo::exists(text::fromPath(run.paths().epoch(1))));
    }

    void lastCheckpointOfAnActiveRunStays()
    {
        FakeRun run(path(QStringLiteral("run")));
        run.save(0);
        QVERIFY(QFile::remove(text::fromPath(run.paths().epoch(0))));
        m_sheet->setRun(run.now(running()));
        QCOMPARE(rows({0}), QStringList{QStringLiteral("last.pth")});
        select(0);
        list().setFocus();
        auto *remove = visibleButton<QToolButton>(*m_sheet, QStringLiteral("Delete"));
        QVERIFY(!remove->isEnabled());
        QVERIFY(remove->toolTip().startsWith(QStringLiteral("last.pth stays")));
        QTest::keyClick(&list(), Qt::Key_Delete);
        m_sheet->setRun(run.now(over(RunCondition::Stopped)));
        QVERIFY(remove->isEnabled());
        QVERIFY(QFileInfo::exists(text::fromPath(run.paths().last())));
    }

    void listOpensResumesAndEvaluates()
    {
        FakeRun run(path(QStringLiteral("run")));
        run.save(4);
        m_sheet->setRun(run.now(over(RunCondition::Stopped)));
        const QString file = text::fromPath(run.paths().epoch(4));
        QSignalSpy opened(m_sheet.get(), &RunSheet::openRequested);
        QSignalSpy resumed(m_sheet.get(), &RunSheet::resumeRequested);
        QSignalSpy evaluated(m_sheet.get(), &RunSheet::evaluateRequested);
        select(0);
        QTest::keyClick(&list(), Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.front().front().toString(), file);
        visibleButton<QToolButton>(*m_sheet, QStringLiteral("Resume from Here…"))->click();
        QCOMPARE(resumed.front().front().toString(), file);
        visibleButton<QToolButton>(*m_sheet, QStringLiteral("Evaluate"))->click();
        QCOMPARE(evaluated.front().front().toStringList(), QStringList{file});
    }

    void logGrowsAndFollowsItsEndUntilSomebodyScrollsUp()
    {
        FakeRun run(path(QStringLiteral("run")));
        for (int line = 0; line < 200; ++line)
            run.log("line " + QByteArray::number(line) + '\n');
        m_sheet->setRun(run.now(running()));
        showTab(1);
        QTRY_VERIFY(logText().toPlainText().endsWith(QStringLiteral("line 199")));
        QCOMPARE(logText().verticalScrollBar()->value(), logText().verticalScrollBar()->maximum());
        run.log("line 200\n");
        QTRY_VERIFY(logText().toPlainText().endsWith(QStringLiteral("line 200")));
        QCOMPARE(logText().verticalScrollBar()->value(), logText().verticalScrollBar()->maximum());
        logText().verticalScrollBar()->setValue(10);
        run.log("line 201\n");
        QTRY_VERIFY(logText().toPlainText().endsWith(QStringLiteral("line 201")));
        QCOMPARE(logText().verticalScrollBar()->value(), 10);
    }

    void ofALongLogTheEndIsKept()
    {
        FakeRun run(path(QStringLiteral("run")));
        QByteArray lines;
        for (int line = 0; line < 400'000; ++line)
            lines += "this is line " + QByteArray::number(line) + '\n';
        run.log(lines);
        m_sheet->setRun(run.now(running()));
        showTab(1);
        StallWatch watch;
        QTRY_VERIFY(logText().toPlainText().endsWith(QStringLiteral("line 399999")));
        QVERIFY2(watch.longestCpuTurn() < 50ms, qPrintable(QString::number(watch.longestCpuTurn().count())));
        QCOMPARE(logText().document()->blockCount(), 5000);
    }

    void settingsAreReadAndCopied()
    {
        FakeRun run(path(QStringLiteral("run")));
        m_sheet->setRun(run.now(running()));
        showTab(2);
        const auto *table = m_sheet->findChild<QTreeWidget *>(QStringLiteral("runSettings"));
        const auto found = table->findItems(QStringLiteral("Optimizer settings"), Qt::MatchRecursive);
        QCOMPARE(found.size(), 1);
        QCOMPARE(found.front()->text(1), QStringLiteral("momentum=0.9"));
        m_sheet->findChild<QPushButton *>(QStringLiteral("copyRunJson"))->click();
        const auto read = parseRunJson(QGuiApplication::clipboard()->text().toStdString());
        QVERIFY(read);
        QCOMPARE(read->config, run.config());
        m_sheet->findChild<QPushButton *>(QStringLiteral("copyRunCommand"))->click();
        const QString command = QGuiApplication::clipboard()->text();
        QVERIFY2(command.startsWith(QStringLiteral("waypoint-train start ")), qPrintable(command));
        QVERIFY2(command.contains(QStringLiteral("--model resnet18")), qPrintable(command));
    }

    void runThatWritesMuchHoldsUpNothing()
    {
        FakeRun run(path(QStringLiteral("run")));
        for (int epoch = 0; epoch < 50; ++epoch) {
            QVERIFY(run.train(epoch));
            run.save(epoch);
        }
        m_sheet->setRun(run.now(running()));
        const auto *curves = m_sheet->findChild<RunCurvesView *>();
        QTRY_VERIFY(curves->plotArea().plots().size() >= 3);
        QTest::qWait(200);

        std::atomic<bool> isOver = false;
        std::atomic<int> lines = 0;
        std::thread writer([&] {
            Result<MetricsLog> log = MetricsLog::open(run.paths().metrics());
            for (std::int64_t step = 501; log && !isOver; ++step) {
                const auto at = static_cast<double>(step);
                lines += log->append({step, step / 10, FakeRun::kStart + at, {{"loss/train", 1 / at}, {"lr", 0.05}}})
                             ? 1
                             : 0;
                std::this_thread::sleep_for(5ms);
            }
        });
        StallWatch watch;
        QElapsedTimer clock;
        for (clock.start(); clock.elapsed() < 3000; QTest::qWait(100)) {
            ++run.status().step;
            run.status().heartbeat += 0.1;
            m_sheet->setRun(run.now(running()));
            run.log("Epoch[049/050] Loss: 0.1\n");
        }
        isOver = true;
        writer.join();
        QVERIFY2(lines > 300, qPrintable(QString::number(lines)));
        QVERIFY2(watch.longestCpuTurn() < 50ms, qPrintable(QString::number(watch.longestCpuTurn().count())));
    }

    void zoomIsKeptWhileCurvesGrow()
    {
        FakeRun run(path(QStringLiteral("run")));
        QVERIFY(run.train(0));
        m_sheet->setRun(run.now(running()));
        auto &area = m_sheet->findChild<RunCurvesView *>()->plotArea();
        QTRY_VERIFY(!area.plots().empty());
        Plot *loss = area.plots().front();
        loss->setVisibleX(2, 5);
        QVERIFY(run.train(1));
        QTRY_VERIFY(m_sheet->findChild<RunCurvesView *>()->readings()->of.count(1) == 1);
        QCOMPARE(area.plots().front(), loss);
        QCOMPARE(loss->visibleX(), (std::pair<double, double>(2, 5)));
    }

    void pointsAndCheckpointsOnTheCurveLeadToTheFile()
    {
        FakeRun run(path(QStringLiteral("run")));
        QVERIFY(run.train(0));
        run.save(0);
        m_sheet->setRun(run.now(running()));
        auto &area = m_sheet->findChild<RunCurvesView *>()->plotArea();
        QTRY_VERIFY(!area.plots().empty());
        QSignalSpy opened(m_sheet.get(), &RunSheet::openRequested);
        Q_EMIT area.plots().front()->markActivated(0);
        QCOMPARE(opened.size(), 1);
        QVERIFY(opened.front().front().toString().endsWith(QStringLiteral("epoch_0000.pth")));
    }

    void startedRunIsSteeredFromThePane()
    {
        useStandIn("fine");
        RunCenter runs;
        RunPane pane(runs);
        showPane(runs, pane, 2000);
        QTRY_COMPARE_WITH_TIMEOUT(state(pane), QStringLiteral("Running"), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(pane.findChild<QTreeView *>(QStringLiteral("runCheckpoints"))->model()->rowCount() > 1,
                                 kPatience);
        click(pane, "runPause");
        QTRY_COMPARE_WITH_TIMEOUT(state(pane), QStringLiteral("Paused"), kPatience);
        QTRY_VERIFY(pane.findChild<QToolButton *>(QStringLiteral("runPause"))->isEnabled());
        click(pane, "runPause");
        QTRY_COMPARE_WITH_TIMEOUT(state(pane), QStringLiteral("Running"), kPatience);
        QTRY_VERIFY(pane.findChild<QToolButton *>(QStringLiteral("runStop"))->isEnabled());
        click(pane, "runStop");
        QTRY_COMPARE_WITH_TIMEOUT(state(pane), QStringLiteral("Stopped"), kPatience);
        QSignalSpy resumed(&pane, &RunPane::resumeRequested);
        press(pane, "Resume");
        QCOMPARE(resumed.front(), (QVariantList{pane.run(), false}));
    }

    void runThatHangsIsEndedFromThePane()
    {
        useStandIn("hang");
        RunCenter runs;
        RunPane pane(runs);
        showPane(runs, pane, 50);
        QTRY_COMPARE_WITH_TIMEOUT(state(pane), QStringLiteral("Not responding"), kPatience);
        press(pane, "End It");
        QTRY_VERIFY_WITH_TIMEOUT(runs.active().isEmpty(), kPatience);
        QTRY_VERIFY(visibleButton<QPushButton>(pane, QStringLiteral("Resume")));
    }

    void runsInTheQueueAreStartedOrRemoved()
    {
        useStandIn("fine");
        RunCenter runs;
        RunPane pane(runs);
        showPane(runs, pane, 2000);
        runs.start(order(QStringLiteral("second"), 20));
        pane.setRun(path(QStringLiteral("second")));
        QTRY_COMPARE(label(pane, "runNotice"), QStringLiteral("It is next in the queue."));
        press(pane, "Start Now");
        QTRY_COMPARE_WITH_TIMEOUT(state(pane), QStringLiteral("Finished"), kPatience);
        runs.start(order(QStringLiteral("third"), 20));
        pane.setRun(path(QStringLiteral("third")));
        press(pane, "Remove from Queue");
        QCOMPARE(runs.waiting(), QStringList());
        runs.kill(path(QStringLiteral("run")));
        QTRY_VERIFY_WITH_TIMEOUT(runs.active().isEmpty(), kPatience);
    }

    void trainerAtFullSpeedHoldsUpNothing()
    {
        useStandIn("fine");
        RunCenter runs;
        RunPane pane(runs);
        showPane(runs, pane, 2000);
        const auto *curves = pane.findChild<RunCurvesView *>();
        QTRY_VERIFY_WITH_TIMEOUT(!curves->plotArea().plots().empty(), kPatience);
        pane.findChild<QTabWidget *>(QStringLiteral("runTabs"))->setCurrentIndex(1);
        StallWatch watch;
        const auto stepNow = [&] { return runs.snapshot(pane.run())->view.status.step; };
        const std::int64_t before = stepNow();
        QTest::qWait(4000);
        QVERIFY2(watch.longestCpuTurn() < 50ms, qPrintable(QString::number(watch.longestCpuTurn().count())));
        QVERIFY2(stepNow() - before > 300, qPrintable(QString::number(stepNow() - before)));
        runs.kill(pane.run());
        QTRY_VERIFY_WITH_TIMEOUT(runs.active().isEmpty(), kPatience);
    }

    void withoutARunItSaysWhereToStartOne()
    {
        RunCenter runs;
        RunPane pane(runs);
        pane.resize(700, 760);
        pane.show();
        QSignalSpy asked(&pane, &RunPane::newRunRequested);
        visibleButton<QPushButton>(pane, QStringLiteral("New Run"))->click();
        QCOMPARE(asked.size(), 1);
    }
};

QTEST_MAIN(RunPaneTest)
#include "run_pane_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/child_processes.h"
#include "tests/ui/journeys/journey.h"
#include "tests/ui/journeys/training_journey.h"
#include "ui/jobs/stall_watch.h"
#include "ui/models/text.h"
#include "ui/views/run_notice_bar.h"
#include "ui/views/runs_table.h"

#include <QtCore/QFile>
#include <QtCore/QHash>
#include <QtWidgets/QLabel>

#include <chrono>

using namespace waypoint;
using namespace waypoint::test;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 60'000;    ///< milliseconds, on a busy machine
constexpr auto kLongestTurn = 50ms;  ///< of the window's thread, in its own processor time

}  // namespace

/// A whole window with the stand-in of waypoint-train, which does everything wrong that a trainer can: the window never
/// freezes, says of each what it was, and offers what to do.
class MisbehavingJourneyTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<TrainingJourney> m_journey;
    QHash<QString, QString> m_sentences;  ///< of runs, by mode
    QHash<QString, QString> m_refusals;   ///< of the form, by mode

    void setMode(const QByteArray &mode) const
    {
        QFile file(m_journey->path(QStringLiteral("mode")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(mode);
    }

    /// A program that is not there, or that may not be started.
    void loseTrainer(const QByteArray &mode) const
    {
        const QString program = m_journey->path(QStringLiteral("waypoint-train"));
        if (mode == "not-executable") {
            QFile file(program);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("This is no program.\n");
        }
        qputenv("WAYPOINT_TRAINER", QFile::encodeName(program));
    }

    /// The form is filled in and checked, and the window has come to rest.
    void prepare() const
    {
        m_journey->newRun();
        QTRY_VERIFY_WITH_TIMEOUT(m_journey->form().isReady(), kPatience);
    }

    [[nodiscard]] QLabel *sentence() const
    {
        return m_journey->page().run().findChild<QLabel *>(QStringLiteral("runNotice"));
    }
    [[nodiscard]] bool hasEnded() const
    {
        return !m_journey->story().isActive && m_journey->runs().snapshot(m_journey->run());
    }
    [[nodiscard]] QAbstractButton *nextStep() const
    {
        for (auto *button : m_journey->page().run().findChild<RunNoticeBar *>()->findChildren<QPushButton *>())
            if (button->isVisible() && button->isEnabled())
                return button;
        return nullptr;
    }

    /// Waits for the form to say why it cannot start, and gives that back.
    [[nodiscard]] QString refusal() const
    {
        return m_journey->form().findChild<QLabel *>(QStringLiteral("train-outlook"))->text();
    }

    static void verifyCalm(const StallWatch &watch)
    {
        qInfo("longest turn: %.1f ms of processor time, %.1f ms by the clock",
              static_cast<double>(watch.longestCpuTurn().count()) / 1000,
              static_cast<double>(watch.longestTurn().count()) / 1000);
        QVERIFY2(watch.longestCpuTurn() < kLongestTurn, qPrintable(QString::number(watch.longestCpuTurn().count())));
    }

    static void verifyDistinct(const QHash<QString, QString> &told)
    {
        QHash<QString, QString> modes;
        for (auto each = told.begin(); each != told.end(); ++each) {
            QVERIFY2(!modes.contains(each.value()),
                     qPrintable(each.key() + QStringLiteral(" and ") + modes.value(each.value())
                                + QStringLiteral(" both say: ") + each.value()));
            modes.insert(each.value(), each.key());
        }
    }

private Q_SLOTS:
    void init()
    {
        m_journey = std::make_unique<TrainingJourney>();
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_MISBEHAVING_TRAINER"));
        qputenv("WAYPOINT_MISBEHAVE_FILE", QFile::encodeName(m_journey->path(QStringLiteral("mode"))));
        setMode("fine");
    }

    void cleanup()
    {
        m_journey->endRuns();
        m_journey->window.reset();
        QTRY_COMPARE_WITH_TIMEOUT(childProcesses().size(), std::size_t(0), kPatience);
        m_journey.reset();
    }

    void eachRunGoesWrongInItsOwnSentence_data()
    {
        QTest::addColumn<RunCondition>("condition");
        QTest::newRow("garbage") << RunCondition::Unreadable;
        QTest::newRow("half-line") << RunCondition::Unreadable;
        QTest::newRow("hang") << RunCondition::NotResponding;
        QTest::newRow("abort") << RunCondition::Crashed;
        QTest::newRow("exit3") << RunCondition::NeverStarted;
        QTest::newRow("exit3-midway") << RunCondition::Crashed;
        QTest::newRow("exit3-told") << RunCondition::Failed;
        QTest::newRow("no-program") << RunCondition::NeverStarted;
        QTest::newRow("not-executable") << RunCondition::NeverStarted;
        QTest::newRow("other-version") << RunCondition::Unreadable;
        QTest::newRow("deletes-folder") << RunCondition::Gone;
        QTest::newRow("fills-disk") << RunCondition::Failed;
        QTest::newRow("silent-death") << RunCondition::Crashed;
        QTest::newRow("killed") << RunCondition::Crashed;
        QTest::newRow("oom-told") << RunCondition::Failed;
        QTest::newRow("nan-told") << RunCondition::Failed;
        QTest::newRow("slow-start") << RunCondition::Finished;
    }

    void eachRunGoesWrongInItsOwnSentence()
    {
        QFETCH(RunCondition, condition);
        TrainingJourney &j = *m_journey;
        const QByteArray mode = QTest::currentDataTag();
        prepare();
        if (mode == "no-program" || mode == "not-executable")
            loseTrainer(mode);
        else
            setMode(mode);
        StallWatch watch;
        j.click(j.start());
        const bool hangs = condition == RunCondition::NotResponding;
        QTRY_VERIFY_WITH_TIMEOUT(hangs ? j.condition() == condition : hasEnded(), kPatience);
        QCOMPARE(j.condition(), condition);
        QTRY_VERIFY(sentence()->isVisible() && !sentence()->text().isEmpty());
        QTRY_VERIFY(nextStep());
        verifyCalm(watch);
        qInfo().noquote() << sentence()->text() << "|" << nextStep()->text();
        j.keep(QStringLiteral("misbehaving-") + QString::fromLatin1(mode));
        m_sentences.insert(QString::fromLatin1(mode), sentence()->text());
        if (hangs) {
            j.press(QStringLiteral("End It"));
            QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), kPatience);
            QCOMPARE(j.condition(), RunCondition::Crashed);
        }
    }

    void noTwoRunsSayTheSame()
    {
        QCOMPARE(m_sentences.size(), 17);
        verifyDistinct(m_sentences);
    }

    void eachQuestionGoesWrongInItsOwnSentence_data()
    {
        QTest::addColumn<QByteArray>("mode");
        for (const char *mode : {"garbage", "half", "abort", "segv", "exit3", "silent", "flood", "other-version",
                                 "no-program", "not-executable"})
            QTest::newRow(mode) << QByteArray(mode);
    }

    void eachQuestionGoesWrongInItsOwnSentence()
    {
        QFETCH(QByteArray, mode);
        TrainingJourney &j = *m_journey;
        prepare();
        const QString before = refusal();
        if (mode == "no-program" || mode == "not-executable")
            loseTrainer(mode);
        else
            setMode(mode);
        StallWatch watch;
        j.type(QStringLiteral("train-epochs"), QStringLiteral("7"));
        QTRY_VERIFY_WITH_TIMEOUT(!j.form().isReady() && !j.form().problem().isEmpty(), kPatience);
        QVERIFY(!j.start()->isEnabled());
        QVERIFY(refusal() != before);
        verifyCalm(watch);
        qInfo().noquote() << refusal();
        m_refusals.insert(QString::fromLatin1(mode), refusal());
        j.keep(QStringLiteral("misbehaving-question-") + QString::fromLatin1(mode));

        // Put right, and asked again with a click.
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_MISBEHAVING_TRAINER"));
        setMode("fine");
        j.click(buttonNamed(j.form(), QStringLiteral("Try Again")));
        QTRY_VERIFY_WITH_TIMEOUT(j.form().isReady(), kPatience);
        QVERIFY(!buttonNamed(j.form(), QStringLiteral("Try Again")));
    }

    void noTwoQuestionsSayTheSame()
    {
        QCOMPARE(m_refusals.size(), 10);
        verifyDistinct(m_refusals);
    }

    void aTrainerThatIsBadFromTheBeginningIsAskedAgain()
    {
        TrainingJourney &j = *m_journey;
        setMode("abort");
        j.newRun();
        QTRY_VERIFY_WITH_TIMEOUT(!j.form().problem().isEmpty(), kPatience);
        setMode("fine");
        j.click(buttonNamed(j.form(), QStringLiteral("Try Again")));
        QTRY_VERIFY_WITH_TIMEOUT(j.form().isReady(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(j.window->training().info().devices(), kPatience);
        QVERIFY(!j.window->training().info().fault());
    }

    void aQuestionWithoutAnAnswerHoldsUpNothing()
    {
        TrainingJourney &j = *m_journey;
        prepare();
        setMode("hang");
        StallWatch watch;
        j.type(QStringLiteral("train-epochs"), QStringLiteral("7"));
        QTRY_COMPARE(refusal(), QStringLiteral("Checking…"));
        QVERIFY(!j.start()->isEnabled());
        QTest::qWait(1500);
        // Another setting is another question.
        setMode("fine");
        j.type(QStringLiteral("train-epochs"), QStringLiteral("8"));
        QTRY_VERIFY_WITH_TIMEOUT(j.form().isReady(), kPatience);
        verifyCalm(watch);
    }

    void aBusyRunHoldsUpNothing()
    {
        TrainingJourney &j = *m_journey;
        j.newRun();
        j.type(QStringLiteral("train-epochs"), QStringLiteral("400"));
        QTRY_VERIFY_WITH_TIMEOUT(j.form().isReady(), kPatience);
        StallWatch watch;
        j.click(j.start());
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Running, kPatience);
        const auto step = j.status().step;
        QTest::qWait(4000);
        verifyCalm(watch);
        QVERIFY(j.window->library().isVisible());
        watch.restart();
        j.page().showAllRuns();
        QTest::qWait(3000);
        verifyCalm(watch);
        QCOMPARE(j.page().table().view().model()->rowCount(), 1);
        const QModelIndex row = j.page().table().view().model()->index(0, 0);
        QCOMPARE(row.data(LibraryModel::PathRole).toString(), j.run());
        QVERIFY(j.page().table().view().model()->rowCount(row) > 100);  // the checkpoints so far
        j.keep(QStringLiteral("busy-all-runs"));
        watch.restart();
        j.page().showRun(j.run());
        QTest::qWait(2000);
        verifyCalm(watch);
        QVERIFY2(j.status().step > step + 600, qPrintable(QString::number(j.status().step)));
        j.keep(QStringLiteral("busy-run"));
    }
};

QTEST_MAIN(MisbehavingJourneyTest)
#include "misbehaving_journey_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/metrics_log.h"
#include "tests/ui/journeys/journey.h"
#include "ui/pages/curves_page.h"
#include "ui/views/curve_options_bar.h"
#include "ui/views/curve_plot_area.h"
#include "ui/views/curve_preview.h"
#include "ui/views/details_pane.h"
#include "ui/views/filter_bar.h"
#include "ui/views/library_pane.h"
#include "ui/views/plot.h"
#include "ui/views/schedule_pane.h"
#include "ui/views/tensor_pane.h"
#include "ui/views/value_table.h"
#include "ui/views/value_tools.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QToolButton>

#include <algorithm>

using namespace waypoint;
using namespace waypoint::test;

namespace {

QString sample() { return QFINDTESTDATA("../../../resources/samples/cifar-net_epoch_50.pth"); }

/// {net, losses: 40 falling losses}
Opener curveOpener()
{
    return [](const std::filesystem::path &, const OpenOptions &) {
        std::vector<Any> losses;
        for (int i = 0; i < 40; ++i)
            losses.emplace_back(2.0 / (i + 1));
        Opened opened;
        opened.checkpoint =
            named(built(dict({{"net", dict({{"fc.weight", tensor({4, 3})}})}, {"losses", list(losses)}})), "c.pth");
        return opened;
    };
}

/// A run folder with ten epochs and a checkpoint of the sixth.
void writeRun(const QString &folder)
{
    QVERIFY(QDir().mkpath(folder + QStringLiteral("/checkpoints")));
    Result<MetricsLog> log = MetricsLog::open((folder + QStringLiteral("/metrics.jsonl")).toStdString());
    QVERIFY(log);
    for (int epoch = 0; epoch < 10; ++epoch)
        QVERIFY(log->append({.step = (epoch + 1) * 5,
                             .epoch = epoch,
                             .time = 1.7e9 + epoch,
                             .values = {{"loss/train", 1.0 / (epoch + 1)}, {"lr", 0.01}}}));
    QVERIFY(QFile::copy(sample(), folder + QStringLiteral("/checkpoints/epoch_0005.pth")));
}

/// Where the centres of what is visible lie, from top to bottom.
template<typename Widget>
QList<int> placesOf(const QList<Widget *> &widgets)
{
    QList<int> places;
    for (const Widget *widget : widgets)
        if (const int y = widget->mapTo(widget->window(), widget->rect().center()).y();
            widget->isVisible() && !places.contains(y))
            places << y;
    return places;
}

}  // namespace

/// From a file to its numbers, schedules and curves, as a person goes through them in the window.
class NumbersJourneyTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Journey> m_journey;

    void open(const QString &path, Opener opener = diskOpener())
    {
        m_journey = std::make_unique<Journey>(std::move(opener));
        m_journey->window->resize(1240, 780);
        m_journey->window->openPaths({path});
        QTRY_VERIFY(m_journey->isShown());
    }
    void select(const char *path) const { QVERIFY(m_journey->tree().selectEntry(m_journey->entry(path))); }
    [[nodiscard]] DetailsPane &details() const { return *m_journey->page()->findChild<DetailsPane *>(); }
    [[nodiscard]] CurvesPage &curves() const { return m_journey->window->curves(); }

private Q_SLOTS:
    void cleanup() { m_journey.reset(); }

    void selectedTensorShowsItsValuesAndStatistics()
    {
        open(sample());
        select("net/fc3.weight");
        TensorPane &pane = details().tensorPane();
        QTRY_VERIFY(pane.isVisible());
        pane.chooseWay(QStringLiteral("values"));
        QTRY_VERIFY(!pane.values().cellText(0, 0).isEmpty());
        // min, max and the other six of the sums
        QTRY_COMPARE(pane.statsText().count(QStringLiteral("·")), 7);
        QVERIFY(pane.statsText().contains(QStringLiteral("NaN&nbsp;0")));
        for (const QString &way : pane.ways()) {
            pane.chooseWay(way);
            QCOMPARE(pane.currentWay(), way);
        }
    }

    void statisticsOfAllRowsArriveByThemselves()
    {
        open(sample());
        QTRY_COMPARE(m_journey->page()->scan().state(), StatsScan::State::Finished);
        const QModelIndex row =
            m_journey->tree().entryModel().indexOf(m_journey->entry("net/fc3.weight"), EntryColumn::Value);
        QVERIFY(row.data().toString().contains(QStringLiteral("…")));
    }

    void schedulerShowsItsRatesPastAndFuture()
    {
        open(sample());
        select("lr_schedule");
        SchedulePane &pane = *details().findChild<SchedulePane *>();
        QTRY_VERIFY(pane.isVisible() && !pane.lines().empty());
        const std::vector<PlotMark> marks = pane.marks();
        const auto isNow = [](const PlotMark &mark) { return mark.kind == PlotMark::Kind::Now && mark.x == 41; };
        QVERIFY(std::any_of(marks.begin(), marks.end(), isNow));
    }

    void curveInACheckpointIsDrawnWhereItIsSelected()
    {
        open(sample(), curveOpener());
        select("losses");
        CurvePreview &preview = details().curvePreview();
        QTRY_VERIFY(preview.isVisible());
        QCOMPARE(preview.plots().front()->text().title, QStringLiteral("Loss"));
        QVERIFY(details().bodyText().startsWith(QStringLiteral("[2.0")));
        select("net");
        QVERIFY(!preview.isVisible());
    }

    void logOpensAsCurvesAndItsCheckpointOpensFromThere()
    {
        m_journey = std::make_unique<Journey>();
        const QString run = m_journey->path(QStringLiteral("run"));
        writeRun(run);
        m_journey->window->openPaths({run + QStringLiteral("/metrics.jsonl")});
        QCOMPARE(m_journey->window->page(), MainWindow::Curves);
        QTRY_COMPARE(curves().plotArea().plots().size(), std::size_t(2));
        QCOMPARE(m_journey->window->tabs().count(), 0);

        m_journey->window->showCurves({run});
        Q_EMIT curves().plotArea().markActivated(run + QStringLiteral("/checkpoints/epoch_0005.pth"));
        QTRY_VERIFY(m_journey->isShown());
        QCOMPARE(m_journey->window->page(), MainWindow::InspectTabs);
        QTest::keyClick(m_journey->window.get(), Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(m_journey->window->page(), MainWindow::Curves);
        QVERIFY(curves().isVisible());
        QTest::keyClick(m_journey->window.get(), Qt::Key_1, Qt::ControlModifier);
        QVERIFY(m_journey->page()->isVisible());
    }

    void toolsFitOneLineEachInANewWindow()
    {
        open(sample());
        select("net/conv1.bias");
        TensorPane &pane = details().tensorPane();
        pane.chooseWay(QStringLiteral("values"));
        QTRY_VERIFY(pane.values().isVisible());
        const auto *tools = pane.values().findChild<ValueTools *>();
        QTRY_COMPARE(placesOf(tools->findChildren<QToolButton *>()).size(), 1);

        const QString run = m_journey->path(QStringLiteral("run"));
        writeRun(run);
        m_journey->window->showCurves({run});
        QTRY_VERIFY(curves().options().isVisible());
        QTRY_COMPARE(placesOf(curves().options().findChildren<QPushButton *>()).size(), 1);
    }

    void controlFGoesToTheFilterOfThePageThatIsShown()
    {
        open(sample());
        const QString run = m_journey->path(QStringLiteral("run"));
        writeRun(run);
        m_journey->window->activateWindow();
        m_journey->window->showCurves({run});
        QTRY_VERIFY(curves().options().isVisible());
        const auto *names = curves().findChild<QLineEdit *>(QStringLiteral("curveFilter"));
        QTest::keyClick(m_journey->window.get(), Qt::Key_F, Qt::ControlModifier);
        QTRY_VERIFY(names->hasFocus());
        QTest::keyClick(m_journey->window.get(), Qt::Key_1, Qt::ControlModifier);
        QTest::keyClick(m_journey->window.get(), Qt::Key_F, Qt::ControlModifier);
        QTRY_VERIFY(m_journey->page()->browser().filterBar().isAncestorOf(QApplication::focusWidget()));
    }

    void tableOfAnyNameOpensAsCurves()
    {
        m_journey = std::make_unique<Journey>();
        const QString table = m_journey->path(QStringLiteral("my-notes.csv"));
        QFile file(table);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("epoch,train_loss\n0,3\n1,2\n2,1.5\n");
        file.close();
        m_journey->window->openPaths({table});
        QCOMPARE(m_journey->window->page(), MainWindow::Curves);
        QTRY_COMPARE(curves().plotArea().plots().size(), std::size_t(1));
        QCOMPARE(m_journey->window->tabs().count(), 0);
    }

    void logInTheLibraryIsAClickAway()
    {
        m_journey = std::make_unique<Journey>();
        const QString run = m_journey->path(QStringLiteral("run"));
        writeRun(run);
        m_journey->window->openPaths({run});
        QTreeView &list = m_journey->window->library().list();
        QTRY_VERIFY(list.model()->rowCount() > 0);
        const QModelIndexList logs = list.model()->match(list.model()->index(0, 0), Qt::DisplayRole,
                                                         QStringLiteral("metrics.jsonl"), 1, Qt::MatchRecursive);
        QCOMPARE(logs.size(), 1);
        list.scrollTo(logs.front());
        QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, list.visualRect(logs.front()).center());
        QCOMPARE(m_journey->window->page(), MainWindow::Curves);
        QCOMPARE(curves().sources(), QStringList{run + QStringLiteral("/metrics.jsonl")});
    }
};

QTEST_MAIN(NumbersJourneyTest)
#include "numbers_journey_test.moc"

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/curves_page.h"

#include "core/metrics/metrics_log.h"
#include "ui/jobs/stall_watch.h"
#include "ui/views/curve_export.h"
#include "ui/views/curve_options_bar.h"
#include "ui/views/curve_plot_area.h"
#include "ui/views/notice_bar.h"
#include "ui/views/plot.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QMimeData>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtGui/QDropEvent>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSlider>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

using namespace waypoint;

namespace {

constexpr double kStart = 1'700'000'000;

MetricsLine lineAt(std::int64_t step)
{
    const auto at = static_cast<double>(step);
    return {.step = step,
            .epoch = step / 10,
            .time = kStart + at * 60,
            .values = {{"loss/train", 10 / (at + 1)}, {"accuracy/train", 1 - 1 / (at + 1)}, {"lr", 0.01}}};
}

/// A run folder with a metrics.jsonl of steps `first` to `last`.
void writeRun(const QString &folder, std::int64_t first, std::int64_t last)
{
    QVERIFY(QDir().mkpath(folder));
    Result<MetricsLog> log = MetricsLog::open((folder + QStringLiteral("/metrics.jsonl")).toStdString());
    QVERIFY(log);
    for (std::int64_t step = first; step <= last; ++step)
        QVERIFY(log->append(lineAt(step)));
}

QStringList titlesOf(const CurvesPage &page)
{
    QStringList titles;
    for (const Plot *plot : page.plotArea().plots())
        titles << plot->text().title;
    return titles;
}

/// The names that the read-out of the topmost plot gives at a step, up to their values.
QString readOutAt(const CurvesPage &page, double x)
{
    if (page.plotArea().plots().empty())
        return {};
    Plot *plot = page.plotArea().plots().front();
    plot->setCursor(x);
    return plot->readOut().join(QLatin1Char('\n'));
}

template<typename Widget>
Widget *visible(const QWidget &parent, const QString &text)
{
    for (Widget *widget : parent.findChildren<Widget *>())
        if (widget->isVisibleTo(&parent) && widget->text() == text)
            return widget;
    return nullptr;
}

bool says(const QWidget &parent, const QString &words)
{
    const QList<QLabel *> labels = parent.findChildren<QLabel *>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
        return label->isVisibleTo(&parent) && label->text().contains(words);
    });
}

}  // namespace

class CurvesPageTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<CurvesPage> m_page;

    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }

    [[nodiscard]] QCheckBox *tickOf(const QString &run) const
    {
        for (QCheckBox *box : m_page->findChildren<QCheckBox *>())
            if (box->accessibleName() == QStringLiteral("Show ") + run)
                return box;
        return nullptr;
    }

    void openPage()
    {
        m_page.reset();
        m_page = std::make_unique<CurvesPage>();
        m_page->resize(1100, 800);
        m_page->show();
    }

    /// The page with runs "a" and "b" of 40 steps each.
    void showTwoRuns()
    {
        writeRun(path(QStringLiteral("a")), 1, 40);
        writeRun(path(QStringLiteral("b")), 1, 40);
        m_page->addSources({path(QStringLiteral("a")), path(QStringLiteral("b"))});
        QTRY_COMPARE(m_page->statusText(), QStringLiteral("2 runs · 6 curves · 240 points"));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("WaypointCurvesTest"));
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path(QStringLiteral("config")));
        openPage();
    }

    void cleanup() { m_page.reset(); }

    void emptyPageSaysWhatBelongsThere()
    {
        QVERIFY(says(*m_page, QStringLiteral("TensorBoard")));
        QVERIFY(visible<QPushButton>(*m_page, QStringLiteral("Add Files…")));
        QVERIFY(visible<QPushButton>(*m_page, QStringLiteral("Add Folder…")));
        QCOMPARE(m_page->statusText(), QString());
    }

    void twoRunsAreDrawnOverEachOther()
    {
        showTwoRuns();
        QCOMPARE(titlesOf(*m_page), QStringList({"Loss", "Accuracy", "Learning rate"}));
        const QString readOut = readOutAt(*m_page, 20);
        QVERIFY2(readOut.contains(QStringLiteral("a · loss/train")), qPrintable(readOut));
        QVERIFY2(readOut.contains(QStringLiteral("b · loss/train")), qPrintable(readOut));
    }

    void sourcesAreAddedOnce()
    {
        showTwoRuns();
        m_page->addSources({path(QStringLiteral("a/")), path(QStringLiteral("b/../a"))});
        QCOMPARE(m_page->sources(), QStringList({path(QStringLiteral("a")), path(QStringLiteral("b"))}));
    }

    void folderOfARunAndTheLogInItAreOneSource()
    {
        m_page->addSources({path(QStringLiteral("a/metrics.jsonl"))});
        m_page->addSources({path(QStringLiteral("a"))});
        QCOMPARE(m_page->sources(), QStringList({path(QStringLiteral("a"))}));
        m_page->addSources({path(QStringLiteral("a/metrics.jsonl"))});
        QCOMPARE(m_page->sources(), QStringList({path(QStringLiteral("a"))}));
    }

    void runThatIsUntickedLeavesThePlots()
    {
        showTwoRuns();
        QCheckBox *tick = tickOf(QStringLiteral("b"));
        QVERIFY(tick);
        tick->click();
        QTRY_COMPARE(m_page->statusText(), QStringLiteral("1 run · 3 curves · 120 points"));
        // One run needs no name before each curve.
        const QString readOut = readOutAt(*m_page, 20);
        QVERIFY2(readOut.contains(QLatin1String("loss/train")) && !readOut.contains(QStringLiteral("·")),
                 qPrintable(readOut));
        tick->click();
        QTRY_COMPARE(m_page->statusText(), QStringLiteral("2 runs · 6 curves · 240 points"));
    }

    void filterIsNotToBlameWhereNoRunIsShown()
    {
        showTwoRuns();
        m_page->findChild<QLineEdit *>(QStringLiteral("curveFilter"))->setText(QStringLiteral("loss"));
        tickOf(QStringLiteral("a"))->click();
        tickOf(QStringLiteral("b"))->click();
        QTRY_VERIFY(says(*m_page, QStringLiteral("No run is shown")));
    }

    void removedRunIsGoneAndTheLastOneLeavesTheEmptyPage()
    {
        showTwoRuns();
        m_page->removeSource(path(QStringLiteral("a")));
        QTRY_COMPARE(m_page->statusText(), QStringLiteral("1 run · 3 curves · 120 points"));
        m_page->removeSource(path(QStringLiteral("b")));
        QVERIFY(visible<QPushButton>(*m_page, QStringLiteral("Add Files…")));
        QTRY_COMPARE(m_page->statusText(), QString());
    }

    void axisCanBeEpochsOrTime()
    {
        showTwoRuns();
        auto *axis = m_page->findChild<QComboBox *>(QStringLiteral("curveAxis"));
        QCOMPARE(axis->currentText(), QStringLiteral("Step"));
        axis->setCurrentText(QStringLiteral("Time since start"));
        const auto label = [this] { return m_page->plotArea().plots().front()->text().x.label; };
        QTRY_COMPARE(label(), QStringLiteral("Time since start (min)"));
        const auto [low, high] = m_page->plotArea().plots().front()->visibleX();
        // A line a minute, 40 of them.
        QVERIFY(low <= 0 && low > -4 && high >= 39 && high < 43);
        axis->setCurrentText(QStringLiteral("Epoch"));
        QTRY_COMPARE(label(), QStringLiteral("Epoch"));
    }

    void curvesWithoutTheAxisAreNamed()
    {
        QFile csv(path(QStringLiteral("results.csv")));
        QVERIFY(csv.open(QIODevice::WriteOnly));
        csv.write("epoch,train_loss\n1,3.0\n2,2.0\n3,1.5\n");
        csv.close();
        writeRun(path(QStringLiteral("a")), 1, 40);
        m_page->addSources({csv.fileName(), path(QStringLiteral("a"))});
        auto *axis = m_page->findChild<QComboBox *>(QStringLiteral("curveAxis"));
        QTRY_VERIFY(axis->findText(QStringLiteral("Step")) >= 0 && m_page->statusText().startsWith(QLatin1String("2")));
        axis->setCurrentText(QStringLiteral("Step"));
        QTRY_VERIFY(says(*m_page, QStringLiteral("train_loss")));
    }

    void smoothingKeepsTheRawLineBehind()
    {
        showTwoRuns();
        Plot *plot = m_page->plotArea().plots().front();
        const QString before = readOutAt(*m_page, 30);
        m_page->findChild<QSlider *>(QStringLiteral("curveSmoothing"))->setValue(90);
        QTRY_VERIFY(readOutAt(*m_page, 30) != before);
        // Both lines of a curve under one name: the legend has no more entries than before.
        plot->setHiddenNames({QStringLiteral("a · loss/train"), QStringLiteral("b · loss/train")});
        QCOMPARE(plot->drawnPoints(), 0u);
    }

    void growingRunIsFollowedAndTheZoomStays()
    {
        showTwoRuns();
        Plot *plot = m_page->plotArea().plots().front();
        plot->setVisibleX(10, 20);
        const auto zoom = plot->visibleX();
        writeRun(path(QStringLiteral("a")), 41, 60);
        QTRY_COMPARE(m_page->statusText(), QStringLiteral("2 runs · 6 curves · 300 points"));
        QCOMPARE(m_page->plotArea().plots().front(), plot);
        QCOMPARE(plot->visibleX(), zoom);
        m_page->findChild<QPushButton *>(QStringLiteral("curveResetZoom"))->click();
        QVERIFY(plot->visibleX().second >= 60);
        QVERIFY(!plot->isZoomed());
    }

    void plotsShareTheirAxis()
    {
        writeRun(path(QStringLiteral("a")), 1, 40);
        m_page->addSources({path(QStringLiteral("a"))});
        QTRY_COMPARE(m_page->plotArea().plots().size(), 3u);
        const std::vector<Plot *> plots = m_page->plotArea().plots();
        plots[0]->setVisibleX(5, 15);
        for (const Plot *plot : plots)
            QCOMPARE(plot->visibleX(), std::pair(5.0, 15.0));
        Q_EMIT plots[0]->cursorMoved(10.0);
        QVERIFY(!plots[2]->readOut().isEmpty());
        plots[2]->resetZoom();
        QVERIFY(!m_page->plotArea().isZoomed());
    }

    void plotsCoverTheSameStretchWhereTheirDataDiffers()
    {
        writeRun(path(QStringLiteral("a")), 1, 40);
        Result<MetricsLog> log = MetricsLog::open(path(QStringLiteral("a/metrics.jsonl")).toStdString());
        QVERIFY(log);
        QVERIFY(log->append({.step = 90, .epoch = 9, .time = kStart + 5400, .values = {{"loss/train", 0.1}}}));
        m_page->addSources({path(QStringLiteral("a"))});
        QTRY_COMPARE(m_page->plotArea().plots().size(), 3u);
        const std::vector<Plot *> plots = m_page->plotArea().plots();
        QCOMPARE(plots[1]->visibleX(), plots[0]->visibleX());
        QCOMPARE(plots[2]->visibleX(), plots[0]->visibleX());
        QVERIFY(plots[2]->visibleX().second >= 90);
        QVERIFY(!m_page->plotArea().isZoomed());
    }

    void allPlotsAreExportedUnderOneName()
    {
        writeRun(path(QStringLiteral("a")), 1, 40);
        m_page->addSources({path(QStringLiteral("a"))});
        QTRY_COMPARE(m_page->plotArea().plots().size(), 3u);
        auto *work = new CurveExport(&m_page->plotArea());
        QSignalSpy finished(work, &CurveExport::finished);
        work->write(path(QStringLiteral("figure.csv")));
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(finished.front().at(1).toBool(), true);
        for (const QString &name :
             {QStringLiteral("loss"), QStringLiteral("accuracy"), QStringLiteral("learning-rate")}) {
            QFile file(path(QStringLiteral("figure-%1.csv").arg(name)));
            QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
            // A head and a line for each step.
            QVERIFY(file.readAll().count('\n') >= 40);
        }
    }

    void exportWritesOverNoFileThatNobodyWasAskedAbout()
    {
        writeRun(path(QStringLiteral("a")), 1, 40);
        m_page->addSources({path(QStringLiteral("a"))});
        QTRY_COMPARE(m_page->plotArea().plots().size(), 3u);
        QFile mine(path(QStringLiteral("figure-accuracy.csv")));
        QVERIFY(mine.open(QIODevice::WriteOnly) && mine.write("mine") == 4);
        mine.close();
        auto *work = new CurveExport(&m_page->plotArea());
        QSignalSpy finished(work, &CurveExport::finished);
        work->write(path(QStringLiteral("figure.csv")));
        QCOMPARE(finished.size(), 1);
        QCOMPARE(finished.front().at(1).toBool(), false);
        QVERIFY(finished.front().front().toString().contains(QLatin1String("figure-accuracy.csv")));
        QVERIFY(!QFile::exists(path(QStringLiteral("figure-loss.csv"))));
        QVERIFY(mine.open(QIODevice::ReadOnly));
        QCOMPARE(mine.readAll(), QByteArray("mine"));
    }

    void exportThatFailsSaysWhy()
    {
        writeRun(path(QStringLiteral("a")), 1, 40);
        m_page->addSources({path(QStringLiteral("a"))});
        QTRY_COMPARE(m_page->plotArea().plots().size(), 3u);
        auto *work = new CurveExport(&m_page->plotArea());
        QSignalSpy finished(work, &CurveExport::finished);
        work->write(path(QStringLiteral("no/such/folder/figure.csv")));
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(finished.front().at(1).toBool(), false);
        QVERIFY(finished.front().front().toString().contains(QLatin1String("figure-loss.csv")));
    }

    void hiddenCurvesStayHiddenUntilTheNextStart()
    {
        showTwoRuns();
        Plot *plot = m_page->plotArea().plots().front();
        plot->setHiddenNames({QStringLiteral("b · loss/train")});
        Q_EMIT plot->hiddenNamesChanged();
        m_page->removeSource(path(QStringLiteral("a")));
        QTRY_COMPARE(plot->hiddenNames(), QStringList({"loss/train"}));
        openPage();
        m_page->addSources({path(QStringLiteral("a")), path(QStringLiteral("b"))});
        QTRY_COMPARE(m_page->statusText(), QStringLiteral("2 runs · 6 curves · 240 points"));
        QCOMPARE(m_page->plotArea().plots().front()->hiddenNames(), QStringList({"b · loss/train"}));
    }

    void settingsAreKept()
    {
        showTwoRuns();
        m_page->findChild<QSlider *>(QStringLiteral("curveSmoothing"))->setValue(60);
        m_page->findChild<QCheckBox *>(QStringLiteral("curveLog"))->setChecked(true);
        m_page->findChild<QComboBox *>(QStringLiteral("curveAxis"))->setCurrentText(QStringLiteral("Epoch"));
        openPage();
        m_page->addSources({path(QStringLiteral("a"))});
        QTRY_COMPARE(m_page->plotArea().plots().size(), 3u);
        QCOMPARE(m_page->options().options().smoothing, 0.6);
        QCOMPARE(m_page->findChild<QComboBox *>(QStringLiteral("curveAxis"))->currentText(), QStringLiteral("Epoch"));
        QVERIFY(m_page->plotArea().plots().front()->text().y.logarithmic);
    }

    void sourceThatCannotBeReadSaysWhyAndCanBeTriedAgain()
    {
        m_page->addSources({path(QStringLiteral("nothing"))});
        QTRY_VERIFY(visible<QPushButton>(*m_page, QStringLiteral("Try Again")));
        QVERIFY(says(*m_page, QStringLiteral("nothing")));
        writeRun(path(QStringLiteral("nothing")), 1, 5);
        QPushButton *retry = visible<QPushButton>(*m_page, QStringLiteral("Try Again"));
        if (retry)  // it may have noticed by itself
            retry->click();
        QTRY_COMPARE(m_page->statusText(), QStringLiteral("1 run · 3 curves · 15 points"));
        QVERIFY(!visible<QPushButton>(*m_page, QStringLiteral("Try Again")));
    }

    void checkpointOnACurveOpens()
    {
        writeRun(path(QStringLiteral("a")), 1, 40);
        QVERIFY(QDir().mkpath(path(QStringLiteral("a/checkpoints"))));
        QVERIFY(QFile::copy(QFINDTESTDATA("../../../resources/samples/cifar-net_epoch_50.pth"),
                            path(QStringLiteral("a/checkpoints/epoch_0002.pth"))));
        m_page->addSources({path(QStringLiteral("a"))});
        QTRY_COMPARE(m_page->plotArea().plots().size(), 3u);
        QSignalSpy opened(m_page.get(), &CurvesPage::openFileRequested);
        Q_EMIT m_page->plotArea().plots().front()->markActivated(0);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.front().front().toString(), path(QStringLiteral("a/checkpoints/epoch_0002.pth")));
    }

    void filterNarrowsThePlots()
    {
        showTwoRuns();
        auto *filter = m_page->findChild<QLineEdit *>(QStringLiteral("curveFilter"));
        filter->setText(QStringLiteral("accuracy"));
        QTRY_COMPARE(titlesOf(*m_page), QStringList({"Accuracy"}));
        filter->setText(QStringLiteral("no such thing"));
        QTRY_VERIFY(says(*m_page, QStringLiteral("No curve has such a name")));
        QVERIFY(!m_page->findChild<QPushButton *>(QStringLiteral("curveExport"))->isEnabled());
        filter->clear();
        QTRY_COMPARE(titlesOf(*m_page), QStringList({"Loss", "Accuracy", "Learning rate"}));
        QVERIFY(m_page->findChild<QPushButton *>(QStringLiteral("curveExport"))->isEnabled());
    }

    void filesCanBeDropped()
    {
        writeRun(path(QStringLiteral("a")), 1, 40);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path(QStringLiteral("a")))});
        QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_page.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_page.get(), &drop);
        QTRY_COMPARE(m_page->plotArea().plots().size(), 3u);
    }

    void windowStaysFluidWhileARunWrites200LinesASecond()
    {
        writeRun(path(QStringLiteral("a")), 1, 20'000);
        m_page->addSources({path(QStringLiteral("a"))});
        QTRY_COMPARE(m_page->statusText(), QStringLiteral("1 run · 3 curves · 60,000 points"));
        StallWatch watch;
        const std::jthread writer([log = path(QStringLiteral("a/metrics.jsonl")).toStdString()] {
            Result<MetricsLog> lines = MetricsLog::open(log);
            for (std::int64_t step = 20'001; lines && step <= 20'300; ++step) {
                if (!lines->append(lineAt(step)))
                    return;
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
        });
        QTRY_COMPARE(m_page->statusText(), QStringLiteral("1 run · 3 curves · 60,900 points"));
        QVERIFY2(watch.longestCpuTurn() < std::chrono::milliseconds(50),
                 qPrintable(QStringLiteral("a turn took %1 us").arg(watch.longestCpuTurn().count())));
    }
};

QTEST_MAIN(CurvesPageTest)
#include "curves_page_test.moc"

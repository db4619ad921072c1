// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/metrics_log.h"
#include "tests/ui/journeys/journey.h"
#include "ui/pages/curves_page.h"
#include "ui/views/curve_plot_area.h"
#include "ui/views/details_pane.h"
#include "ui/views/filter_grid_view.h"
#include "ui/views/heat_map_view.h"
#include "ui/views/histogram_view.h"
#include "ui/views/plot.h"
#include "ui/views/schedule_designer.h"
#include "ui/views/schedule_pane.h"
#include "ui/views/tensor_pane.h"
#include "ui/views/value_table.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace waypoint;
using namespace waypoint::test;

namespace {

QString sample() { return QFINDTESTDATA("../../../resources/samples/cifar-net_epoch_50.pth"); }

/// A run whose loss falls as fast as `speed` says.
void writeRun(const QString &folder, double speed)
{
    QVERIFY(QDir().mkpath(folder));
    Result<MetricsLog> log = MetricsLog::open((folder + QStringLiteral("/metrics.jsonl")).toStdString());
    QVERIFY(log);
    for (int step = 0; step < 600; ++step) {
        const double loss = 2.3 * std::exp(-step * speed) + 0.05 * std::abs(std::sin(step * 1.7)) + 0.1;
        QVERIFY(log->append({.step = step,
                             .epoch = step / 10,
                             .time = 1.7e9 + step,
                             .values = {{"loss/train", loss}, {"accuracy/train", 1 - loss / 3}, {"lr", speed}}}));
    }
}

/// Whether the view of a tensor that is in front has what it is there to show.
bool isFilled(const TensorPane &pane)
{
    const QString way = pane.currentWay();
    if (way == QLatin1String("values"))
        return !pane.values().cellText(0, 0).isEmpty();
    if (way == QLatin1String("histogram"))
        return pane.findChild<HistogramView *>()->plot().visibleX().second < 1;  // the weights are small
    if (way == QLatin1String("map"))
        return pane.findChild<HeatMapView *>()->wholePicture() != nullptr;
    if (way == QLatin1String("filters"))
        return pane.findChild<FilterGridView *>()->numbers() != nullptr;
    return true;
}

}  // namespace

/// Every view once in a light and once in a dark window, as pictures for people: they land in the folder that
/// WAYPOINT_PICTURES names.
class PicturesTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Journey> m_journey;
    QString m_theme;

    void open(const QStringList &paths)
    {
        QFETCH(bool, dark);
        m_theme = dark ? QStringLiteral("dark") : QStringLiteral("light");
        m_journey = std::make_unique<Journey>();
        m_journey->theme->setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        m_journey->window->resize(1240, 780);
        m_journey->window->openPaths(paths);
    }

    /// Once nothing in it moves any more.
    void keep(QWidget &widget, const QString &name) const
    {
        // A plot draws itself anew a frame after its size changed: two looks at once would both come before that.
        constexpr int kLooks = 4;
        QImage picture;
        int same = 0;
        const auto isSettled = [&] {
            const QImage before = std::exchange(picture, widget.grab().toImage());
            same = before == picture ? same + 1 : 0;
            return same >= kLooks;
        };
        QTRY_VERIFY(isSettled());
        const QString folder = qEnvironmentVariable("WAYPOINT_PICTURES");
        if (!folder.isEmpty())
            QVERIFY(QDir().mkpath(folder) && picture.save(QStringLiteral("%1/%2-%3.png").arg(folder, name, m_theme)));
    }

    static void addThemes()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    [[nodiscard]] static bool allDrawn(const std::vector<Plot *> &plots)
    {
        return !plots.empty()
               && std::all_of(plots.begin(), plots.end(), [](const Plot *plot) { return plot->drawnPoints() > 0; });
    }

private Q_SLOTS:
    void cleanup() { m_journey.reset(); }

    void tensorViews_data() { addThemes(); }
    void tensorViews()
    {
        open({sample()});
        QTRY_VERIFY(m_journey->isShown());
        QVERIFY(m_journey->tree().selectEntry(m_journey->entry("net/conv1.weight")));
        TensorPane &pane = m_journey->page()->findChild<DetailsPane *>()->tensorPane();
        QTRY_VERIFY(pane.ways().contains(QStringLiteral("filters")));
        QTRY_VERIFY(pane.statsText().contains(QStringLiteral("NaN")));
        for (const QString &way : pane.ways()) {
            pane.chooseWay(way);
            QTRY_VERIFY2(isFilled(pane), qPrintable(way));
            keep(*m_journey->window, QStringLiteral("tensor-") + way);
        }
    }

    void schedule_data() { addThemes(); }
    void schedule()
    {
        open({sample()});
        QTRY_VERIFY(m_journey->isShown());
        QVERIFY(m_journey->tree().selectEntry(m_journey->entry("lr_schedule")));
        SchedulePane *pane = m_journey->page()->findChild<SchedulePane *>();
        QTRY_VERIFY(pane->isVisible() && pane->plot()->drawnPoints() > 0);
        keep(*m_journey->window, QStringLiteral("schedule"));
    }

    void curves_data() { addThemes(); }
    void curves()
    {
        open({});
        const QStringList runs{m_journey->path(QStringLiteral("slow")), m_journey->path(QStringLiteral("fast"))};
        writeRun(runs[0], 0.01);
        writeRun(runs[1], 0.03);
        m_journey->window->showCurves(runs);
        CurvePlotArea &plots = m_journey->window->curves().plotArea();
        QTRY_COMPARE(plots.plots().size(), std::size_t(3));
        QTRY_VERIFY(allDrawn(plots.plots()));
        keep(*m_journey->window, QStringLiteral("curves"));
    }

    void designer_data() { addThemes(); }
    void designer()
    {
        open({});
        ScheduleDesigner designer;
        designer.resize(900, 600);
        designer.setSchedule(QStringLiteral("cosinerestarts"), {});
        designer.show();
        QTRY_VERIFY(!designer.isReading() && designer.plot()->drawnPoints() > 0);
        keep(designer, QStringLiteral("schedule-designer"));
    }
};

QTEST_MAIN(PicturesTest)
#include "pictures_test.moc"

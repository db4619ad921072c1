// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_curves.h"

#include "ui/models/curve_feed.h"
#include "ui/models/text.h"
#include "ui/views/curve_plot_area.h"
#include "ui/views/empty_state.h"
#include "ui/views/labelled_control.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <utility>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kShortestRest(250);  // more often is not seen

}  // namespace

RunCurvesView::RunCurvesView(QWidget *parent)
    : QWidget(parent),
      m_plots(new CurvePlotArea),
      m_nothing(new EmptyState),
      m_stack(new QStackedWidget),
      m_drawing(
          this, kShortestRest, [this] { return drawing(); }, [this](const auto &drawn) { take(*drawn); })
{
    m_plots->setCompact(true);
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(m_plots);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(createOptions());
    layout->addWidget(m_stack, 1);
    connect(m_plots, &CurvePlotArea::zoomChanged, this, [this] { m_resetZoom->setEnabled(m_plots->isZoomed()); });
    connect(m_plots, &CurvePlotArea::boardWanted, this, &RunCurvesView::build);
    connect(m_plots, &CurvePlotArea::markActivated, this, &RunCurvesView::openRequested);
    showNothing();
}

RunCurvesView::~RunCurvesView() = default;

QWidget *RunCurvesView::createOptions()
{
    m_axis = new QComboBox;
    m_axis->setObjectName(QStringLiteral("runAxis"));
    m_axis->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_axis->setToolTip(tr("What the curves are drawn over"));
    m_resetZoom = new QPushButton(tr("Reset &Zoom"));
    m_resetZoom->setToolTip(tr("Shows all of the run again, and follows it"));
    m_resetZoom->setEnabled(false);
    auto *beside = new QPushButton(tr("Sho&w in Curves"));
    beside->setObjectName(QStringLiteral("runShowInCurves"));
    beside->setToolTip(tr("Beside other runs, with smoothing, logarithmic axes and exports"));
    connect(m_axis, &QComboBox::activated, this, [this](int row) {
        m_wanted = m_available[static_cast<std::size_t>(row)];
        build();
    });
    connect(m_resetZoom, &QPushButton::clicked, m_plots, &CurvePlotArea::resetZoom);
    connect(beside, &QPushButton::clicked, this, &RunCurvesView::curvesRequested);
    auto *bar = new QWidget;
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(14, 6, 10, 2);
    layout->addWidget(labelledControl(tr("&Over"), m_axis));
    layout->addStretch(1);
    layout->addWidget(m_resetZoom);
    layout->addWidget(beside);
    return bar;
}

void RunCurvesView::setRun(const QString &folder, const std::string &monitor, bool isActive)
{
    m_isActive = isActive;
    if (folder != m_folder)
        follow(folder);
    if (std::exchange(m_monitor, monitor) != monitor && m_feed)
        build();
    if (m_stack->currentWidget() == m_nothing)
        showNothing();
}

void RunCurvesView::follow(const QString &folder)
{
    m_folder = folder;
    m_feed.reset();
    m_drawing.cancel();
    m_readings = std::make_shared<RunReadings>();
    m_plots->setBoard({});
    m_stack->setCurrentWidget(m_nothing);
    if (folder.isEmpty())
        return;
    m_feed = std::make_unique<CurveFeed>(folder);
    connect(m_feed.get(), &CurveFeed::changed, this, &RunCurvesView::takeNews);
    m_feed->setFollowing(isVisible());
}

void RunCurvesView::hideEvent(QHideEvent *event)
{
    if (m_feed)
        m_feed->setFollowing(false);
    QWidget::hideEvent(event);
}

void RunCurvesView::showEvent(QShowEvent *event)
{
    if (m_feed)
        m_feed->setFollowing(true);
    QWidget::showEvent(event);
}

void RunCurvesView::takeNews()
{
    if (m_feed && m_feed->curves())
        m_drawing.runSoon();
    else
        showNothing();
}

void RunCurvesView::build()
{
    if (m_feed && m_feed->curves())
        m_drawing.runNow();
}

Job<RunCurvesView::DrawnPtr>::Work RunCurvesView::drawing() const
{
    const BoardRun run{text::fromUtf8(m_feed->curves()->title), 0, m_feed->curves()};
    return [run, x = m_wanted, monitor = m_monitor](const std::stop_token &stop, Progress &) {
        return std::make_shared<Drawn>(Drawn{buildBoard({run}, {x, 0, {}}, stop),
                                             std::make_shared<RunReadings>(readingsOf(*run.curves, monitor))});
    };
}

void RunCurvesView::take(Drawn &drawn)
{
    m_readings = std::move(drawn.readings);
    showAxes(drawn.board);
    if (drawn.board.plots.empty())
        showNothing();
    m_stack->setCurrentWidget(drawn.board.plots.empty() ? static_cast<QWidget *>(m_nothing) : m_plots);
    m_plots->setBoard(std::move(drawn.board));
    Q_EMIT readingsChanged();
}

void RunCurvesView::showAxes(const CurveBoard &board)
{
    const QSignalBlocker quiet(m_axis);
    if (board.available != m_available) {
        m_available = board.available;
        m_axis->clear();
        for (const CurveX x : m_available)
            m_axis->addItem(curveXName(x));
    }
    const auto found = std::find(m_available.begin(), m_available.end(), board.x);
    m_axis->setCurrentIndex(found == m_available.end() ? -1 : static_cast<int>(found - m_available.begin()));
    m_axis->setEnabled(m_available.size() > 1);
}

void RunCurvesView::showNothing()
{
    if (m_feed && m_feed->isReading())
        m_nothing->setText(tr("Reading…"), {});
    else if (m_isActive)
        m_nothing->setText(tr("No points yet"), tr("Loss, accuracy and learning rate appear here with the first "
                                                   "steps."));
    else
        m_nothing->setText(tr("No curves"), tr("This run wrote no metrics."));
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_canvas.h"

#include "ui/views/plot_axis.h"
#include "ui/views/plot_cursor.h"
#include "ui/views/plot_lines.h"
#include "ui/views/plot_marks.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

/// Faster than screens show; data that comes more often is drawn together.
constexpr int kFrameMs = 16;
constexpr double kSlackPixels = 8;
constexpr QMargins kLeastMargins(8, 8, 24, 8);

PlotScale scaleOf(const PlotAxis &axis)
{
    if (axis.logarithmic)
        return {PlotScale::Kind::Logarithmic, 1};
    if (axis.numbers == PlotNumbers::SymmetricLog)
        return {PlotScale::Kind::SymmetricLog, axis.linear > 0 ? axis.linear : 1};
    return {};
}

}  // namespace

PlotCanvas::PlotCanvas(QWidget *parent) : QCustomPlot(parent), m_theme(PlotTheme::of(palette()))
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kFrameMs);
    connect(&m_timer, &QTimer::timeout, this, &PlotCanvas::draw);
    setSelectionTolerance(0);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    axisRect()->setMinimumMargins(kLeastMargins);
    createLayers();
    setTheme(m_theme);
}

PlotCanvas::~PlotCanvas() = default;

void PlotCanvas::createLayers()
{
    new PlotLinesLayer(*this);
    m_marksLayer = new PlotMarksLayer(*this);
    m_cursorLayer = new PlotCursorLayer(*this);
    xAxis->setTicker(QSharedPointer<PlotTicker>::create(*this, Qt::Horizontal));
    yAxis->setTicker(QSharedPointer<PlotTicker>::create(*this, Qt::Vertical));
}

const PlotZoom &PlotCanvas::zoom()
{
    refresh();
    return m_zoom;
}

PlotFrame PlotCanvas::frame() const
{
    return {m_data.xScale(), m_data.yScale(), m_zoom.x(), m_zoom.y(), QRectF(axisRect()->rect())};
}

std::size_t PlotCanvas::columns() const
{
    const double wide = axisRect()->width() * bufferDevicePixelRatio();
    return static_cast<std::size_t>(std::clamp(wide, 100.0, 10'000.0));
}

std::size_t PlotCanvas::drawnPoints()
{
    refresh();
    std::size_t count = 0;
    for (std::size_t i = 0; i < m_data.lines()->size(); ++i)
        count += m_data.points(i, m_zoom.x(), columns()).size();
    return count;
}

void PlotCanvas::setText(const PlotText &text)
{
    m_text = text;
    m_data.setScales(scaleOf(text.x), scaleOf(text.y));
    xAxis->grid()->setSubGridVisible(text.x.logarithmic);
    yAxis->grid()->setSubGridVisible(text.y.logarithmic);
    applyText();
    drawSoon();
}

void PlotCanvas::applyText()
{
    const QFontMetrics metrics(xAxis->labelFont());
    xAxis->setLabel(metrics.elidedText(m_text.x.label, Qt::ElideMiddle, std::max(60, width() - 90)));
    const int room = std::max(60, height() - 60);
    // Where it does not fit, the title above may say it as well.
    const bool isSaid = m_text.title == m_text.y.label && metrics.horizontalAdvance(m_text.y.label) > room;
    yAxis->setLabel(isSaid ? QString() : metrics.elidedText(m_text.y.label, Qt::ElideMiddle, room));
}

void PlotCanvas::setTheme(const PlotTheme &theme)
{
    m_theme = theme;
    setBackground(QBrush(theme.background));
    for (QCPAxis *axis : {xAxis, yAxis})
        dressAxis(*axis, theme, font());
    drawSoon();
}

void PlotCanvas::setMarks(std::vector<PlotMark> marks)
{
    m_marks = std::move(marks);
    drawSoon();
}

void PlotCanvas::setWholeX(std::optional<PlotRange> whole)
{
    m_zoom.setWholeX(whole);
    drawSoon();
}

void PlotCanvas::setLeftRoom(int pixels)
{
    axisRect()->setMinimumMargins({pixels, kLeastMargins.top(), kLeastMargins.right(), kLeastMargins.bottom()});
    drawSoon();
}

void PlotCanvas::drawSoon()
{
    m_isFresh = false;
    if (!m_timer.isActive())
        m_timer.start();
}

void PlotCanvas::refresh()
{
    if (m_isFresh)
        return;
    m_isFresh = true;
    m_zoom.follow(m_data, m_text, m_marks);
    xAxis->setRange(m_zoom.x().low, m_zoom.x().high);
    yAxis->setRange(m_zoom.y().low, m_zoom.y().high);
    Q_EMIT refreshed();
}

void PlotCanvas::draw()
{
    // Also while the words of an empty plot stand in its place; but not on a page that nobody sees.
    if (parentWidget() && !parentWidget()->isVisible())
        return;
    refresh();
    if (isVisible())
        replot(rpQueuedRefresh);
}

void PlotCanvas::setCursor(std::optional<double> x, std::optional<double> near)
{
    if (x == m_cursor && near == m_cursorHeight)
        return;
    m_cursor = x;
    m_cursorHeight = near;
    m_cursorLayer->layer()->replot();
}

PlotReadOut PlotCanvas::readOut() const
{
    if (!m_cursor)
        return {};
    return readOutAt(m_data, m_text, *m_cursor, m_zoom.x().size() / std::max(1, axisRect()->width()) * kSlackPixels);
}

double PlotCanvas::wordsBottom() const { return m_marksLayer->wordsBottom(); }

void PlotCanvas::setRubber(const QRectF &rubber)
{
    m_cursorLayer->setRubber(rubber);
    m_cursorLayer->layer()->replot();
}

std::optional<std::size_t> PlotCanvas::markAt(const QPointF &at) const { return m_marksLayer->markAt(at); }

void PlotCanvas::copyFrom(PlotCanvas &other)
{
    other.refresh();
    m_data = other.m_data;
    m_marks = other.m_marks;
    m_zoom = other.m_zoom;
    setText(other.m_text);
    refresh();
}

void PlotCanvas::showEvent(QShowEvent *event)
{
    QCustomPlot::showEvent(event);
    setBufferDevicePixelRatio(devicePixelRatioF());
    drawSoon();
}

void PlotCanvas::resizeEvent(QResizeEvent *event)
{
    setBufferDevicePixelRatio(devicePixelRatioF());
    applyText();
    refresh();
    QCustomPlot::resizeEvent(event);
}

}  // namespace waypoint

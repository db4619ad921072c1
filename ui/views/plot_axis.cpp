// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_axis.h"

#include "ui/views/plot_canvas.h"
#include "ui/views/plot_ticks.h"

#include <algorithm>

namespace waypoint {

namespace {

/// Room beyond the end of the x axis for half of its last number.
constexpr int kRightMargin = 24;

}  // namespace

double PlotTicker::length() const
{
    const QCPAxisRect &rect = *m_canvas.axisRect();
    const int known = m_orientation == Qt::Horizontal ? rect.width() : rect.height();
    // Before the first layout; the axes take about so much.
    const int guess =
        m_orientation == Qt::Horizontal ? m_canvas.viewport().width() - 90 : m_canvas.viewport().height() - 60;
    return std::max(known > 20 ? known : guess, 20);
}

void PlotTicker::generate(const QCPRange &range, const QLocale &, QChar, int, QVector<double> &ticks,
                          QVector<double> *subTicks, QVector<QString> *tickLabels)
{
    const bool horizontal = m_orientation == Qt::Horizontal;
    const QCPAxis &axis = horizontal ? *m_canvas.xAxis : *m_canvas.yAxis;
    const QFontMetricsF metrics(axis.tickLabelFont());
    const PlotAxis &text = horizontal ? m_canvas.text().x : m_canvas.text().y;
    PlotTickRoom room{horizontal ? m_canvas.data().xScale() : m_canvas.data().yScale(),
                      text.numbers,
                      PlotRange{range.lower, range.upper},
                      length(),
                      {},
                      text.names};
    room.extent = [&metrics, horizontal](const QString &label) {
        const QSizeF size = metrics.size(0, label);
        return horizontal ? size.width() : size.height();
    };
    const PlotTicks found = plotTicks(room);
    ticks.clear();
    if (tickLabels)
        tickLabels->clear();
    // What would hang out of the picture is not written.
    const double end = room.pixels + (horizontal ? kRightMargin : 8);
    for (const PlotTicks::Tick &tick : found.major) {
        ticks.append(tick.at);
        const double centre = (tick.at - range.lower) / range.size() * room.pixels;
        if (tickLabels)
            tickLabels->append(centre + room.extent(tick.label) / 2 <= end ? tick.label : QString());
    }
    if (subTicks)
        *subTicks = QVector<double>(found.minor.begin(), found.minor.end());
}

void dressAxis(QCPAxis &axis, const PlotTheme &theme, const QFont &font)
{
    QFont small = font;
    if (small.pointSizeF() > 0)
        small.setPointSizeF(std::max(7.0, small.pointSizeF() * 0.9));
    const QPen line(theme.grid, 1);
    axis.setBasePen(line);
    axis.setTickPen(line);
    axis.setSubTickPen(line);
    axis.setTickLength(0, 4);
    axis.setSubTickLength(0, 2);
    axis.setNumberFormat(QStringLiteral("g"));  // labels stay as written: no raised exponents
    axis.setTickLabelFont(small);
    axis.setTickLabelColor(theme.quiet);
    axis.setTickLabelPadding(4);
    axis.setLabelFont(font);
    axis.setLabelColor(theme.text);
    axis.setLabelPadding(4);
    QColor faint = theme.grid;
    axis.grid()->setPen(QPen(faint, 1));
    axis.grid()->setZeroLinePen(Qt::NoPen);
    faint.setAlphaF(faint.alphaF() * 0.5F);
    axis.grid()->setSubGridPen(QPen(faint, 1));
    axis.grid()->setAntialiased(false);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_cursor.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr double kPadding = 6;
constexpr double kSwatch = 10;
constexpr double kAway = 12;  // of the box from its line

/// More than this hides the lines it speaks of.
constexpr std::size_t kMostRows = 12;

struct BoxText
{
    QString heading;
    std::vector<PlotReadOut::Row> rows;
    QString more;
};

/// The rows nearest to the mouse where there are too many, in their order.
std::vector<PlotReadOut::Row> nearestRows(const PlotReadOut &readOut, std::size_t count, const PlotFrame &frame,
                                          double mouse)
{
    const auto away = [&](const PlotReadOut::Row &row) {
        const double distance = row.point ? std::abs(frame.yPixel(row.point->y()) - mouse) : 1e9;
        return std::isfinite(distance) ? distance : 1e9;
    };
    std::vector<double> distances;
    for (const PlotReadOut::Row &row : readOut.rows)
        distances.push_back(away(row));
    std::nth_element(distances.begin(), distances.begin() + static_cast<std::ptrdiff_t>(count) - 1, distances.end());
    const double farthest = distances[count - 1];
    std::vector<PlotReadOut::Row> rows;
    for (const PlotReadOut::Row &row : readOut.rows) {
        if (rows.size() < count && away(row) <= farthest)
            rows.push_back(row);
    }
    return rows;
}

BoxText boxText(const PlotReadOut &readOut, double rowsThatFit, const PlotCanvas &canvas)
{
    BoxText text{readOut.heading, readOut.rows, {}};
    const std::size_t room = std::min(kMostRows, static_cast<std::size_t>(std::max(2.0, rowsThatFit - 1)));
    if (text.rows.size() <= room)
        return text;
    const PlotFrame frame = canvas.frame();
    text.rows = nearestRows(readOut, room - 1, frame, canvas.cursorHeight().value_or(frame.area.top()));
    text.more = PlotCanvas::tr("and %1 more").arg(readOut.rows.size() - text.rows.size());
    return text;
}

}  // namespace

void PlotCursorLayer::draw(QCPPainter *painter)
{
    if (canvas().cursor())
        drawCursor(*painter, *canvas().cursor());
    if (!m_rubber.isEmpty())
        drawRubber(*painter);
}

void PlotCursorLayer::drawCursor(QCPPainter &painter, double x) const
{
    const PlotFrame frame = canvas().frame();
    const double at = frame.xPixel(x);
    if (!(at >= frame.area.left() - 0.5 && at <= frame.area.right() + 0.5))
        return;
    const PlotReadOut readOut = canvas().readOut();
    painter.setPen(QPen(canvas().theme().quiet, 1));
    painter.setAntialiasing(false);
    painter.drawLine(QPointF(at, frame.area.top()), QPointF(at, frame.area.bottom()));
    painter.setAntialiasing(true);
    for (const PlotReadOut::Row &row : readOut.rows) {
        const QPointF dot = row.point ? QPointF(frame.xPixel(row.point->x()), frame.yPixel(row.point->y())) : QPointF();
        if (!row.point || !std::isfinite(dot.x()) || !std::isfinite(dot.y()))
            continue;
        painter.setPen(QPen(canvas().theme().background, 1.5));
        painter.setBrush(canvas().theme().readable(row.colour));
        painter.drawEllipse(dot, 4, 4);
    }
    drawBox(painter, readOut, at);
}

void PlotCursorLayer::drawBox(QCPPainter &painter, const PlotReadOut &readOut, double xPixel) const
{
    const QRectF area = canvas().frame().area;
    const QFont font = canvas().xAxis->tickLabelFont();
    const QFontMetricsF metrics(font);
    const double line = std::ceil(metrics.height());
    const double top = canvas().wordsBottom() + 4;
    const BoxText text = boxText(readOut, (area.bottom() - top - 2 * kPadding) / line, canvas());
    const double widest = std::max(60.0, area.width() - 2 * kAway - 2 * kPadding - kSwatch - 4);
    double nameWidth = 0;
    double valueWidth = 0;
    for (const PlotReadOut::Row &row : text.rows) {
        nameWidth = std::max(nameWidth, metrics.horizontalAdvance(row.name) + (row.name.isEmpty() ? 0 : 10));
        valueWidth = std::max(valueWidth, metrics.horizontalAdvance(row.value));
    }
    nameWidth = std::min({nameWidth, 220.0, std::max(20.0, widest - valueWidth)});
    const double head = metrics.horizontalAdvance(text.heading) - kSwatch - 4;
    const double width = std::max({nameWidth + valueWidth, head, metrics.horizontalAdvance(text.more)});
    const double lines = 1 + static_cast<double>(text.rows.size()) + (text.more.isEmpty() ? 0 : 1);
    QRectF box(0, top, std::ceil(width + kSwatch + 4 + 2 * kPadding), lines * line + 2 * kPadding);
    box.moveLeft(xPixel + kAway + box.width() <= area.right() ? xPixel + kAway : xPixel - kAway - box.width());
    box.moveLeft(std::clamp(box.left(), area.left() + 2, std::max(area.left() + 2, area.right() - box.width() - 2)));

    QColor paper = canvas().theme().background;
    paper.setAlphaF(0.93F);
    painter.setPen(QPen(canvas().theme().grid, 1));
    painter.setBrush(paper);
    painter.drawRoundedRect(box, 4, 4);
    painter.setFont(font);
    QRectF row(box.left() + kPadding, box.top() + kPadding, box.width() - 2 * kPadding, line);
    painter.setPen(canvas().theme().quiet);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, text.heading);
    for (const PlotReadOut::Row &entry : text.rows) {
        row.translate(0, line);
        painter.setPen(QPen(canvas().theme().readable(entry.colour), entry.isBar ? 8 : 3, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(row.left(), row.center().y()), QPointF(row.left() + kSwatch, row.center().y()));
        painter.setPen(canvas().theme().text);
        const QRectF words = row.adjusted(kSwatch + 4, 0, 0, 0);
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(entry.name, Qt::ElideMiddle, nameWidth - 6));
        painter.drawText(words, Qt::AlignRight | Qt::AlignVCenter, entry.value);
    }
    if (!text.more.isEmpty()) {
        row.translate(0, line);
        painter.setPen(canvas().theme().quiet);
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, text.more);
    }
}

void PlotCursorLayer::drawRubber(QCPPainter &painter) const
{
    QColor fill = canvas().theme().now;
    painter.setPen(QPen(fill, 1));
    fill.setAlphaF(0.15F);
    painter.setBrush(fill);
    painter.drawRect(m_rubber);
}

}  // namespace waypoint

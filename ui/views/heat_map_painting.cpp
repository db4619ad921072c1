// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/colors.h"
#include "ui/models/text.h"
#include "ui/views/color_bar.h"
#include "ui/views/heat_map_canvas.h"

#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr double kCellWithBorder = 14;  // pixels
constexpr int kTick = 4;
constexpr int kGap = 6;
constexpr int kDigits = 4;

/// Indices to write along an axis, `room` pixels apart at least.
std::vector<std::int64_t> tickIndices(double first, double size, double cell, double room)
{
    std::vector<std::int64_t> indices;
    const int count = std::max(static_cast<int>(size * cell / room), 1);
    for (const double at : roundNumbers(first, first + size, count)) {
        const auto index = static_cast<std::int64_t>(std::llround(at));
        // Less than a cell apart, numbers would repeat; what begins outside has no tick.
        if (static_cast<double>(index) < first + size && (indices.empty() || index > indices.back())
            && std::abs(at - static_cast<double>(index)) < 1e-6)
            indices.push_back(index);
    }
    return indices;
}

QColor readableOn(const QColor &background)
{
    return qGray(background.rgb()) > 128 ? QColor(Qt::black) : QColor(Qt::white);
}

}  // namespace

void HeatMapCanvas::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (m_whole || m_part) {
        paintAxes(painter);
        painter.save();
        painter.setClipRect(m_viewport.area());
        if (m_whole)
            paintPicture(painter, *m_whole, m_wholeImage);
        if (m_part)
            paintPicture(painter, *m_part, m_partImage);
        paintGrid(painter);
        paintNumbers(painter);
        painter.restore();
        painter.setPen(colors::hairline(palette()));
        painter.drawRect(m_viewport.area().adjusted(-1, -1, 0, 0));
    }
    if (m_drag == Drag::Rectangle && m_dragStart != m_dragEnd) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1.5));
        QColor inside = palette().color(QPalette::Highlight);
        inside.setAlphaF(0.2F);
        painter.setBrush(inside);
        painter.drawRect(QRectF(m_dragStart, m_dragEnd).normalized().intersected(m_viewport.area()));
    }
    if (!m_message.isEmpty())
        paintMessage(painter);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(palette().color(QPalette::Highlight));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void HeatMapCanvas::paintPicture(QPainter &painter, const HeatMapPicture &picture, const QImage &image) const
{
    // Only the pixels that are seen: painters lose their way in targets that are millions of pixels wide.
    const QRectF &seen = m_viewport.visible();
    const auto across = static_cast<double>(picture.image.columnsPerPixel);
    const auto down = static_cast<double>(picture.image.rowsPerPixel);
    const auto firstColumn = static_cast<double>(picture.cells.firstColumn);
    const auto firstRow = static_cast<double>(picture.cells.firstRow);
    const int left = std::max(static_cast<int>(std::floor((seen.left() - firstColumn) / across)), 0);
    const int top = std::max(static_cast<int>(std::floor((seen.top() - firstRow) / down)), 0);
    const int right = std::min(static_cast<int>(std::ceil((seen.right() - firstColumn) / across)), image.width());
    const int bottom = std::min(static_cast<int>(std::ceil((seen.bottom() - firstRow) / down)), image.height());
    if (left >= right || top >= bottom)
        return;
    const QRectF cells(firstColumn + left * across, firstRow + top * down, (right - left) * across,
                       (bottom - top) * down);
    // The last pixels stand for fewer cells; the clip cuts off what they do not have.
    painter.drawImage(m_viewport.pixelsOf(cells), image, QRectF(left, top, right - left, bottom - top));
}

void HeatMapCanvas::paintGrid(QPainter &painter) const
{
    if (std::min(m_viewport.cellWidth(), m_viewport.cellHeight()) < kCellWithBorder)
        return;
    QColor line = palette().color(QPalette::Window);
    line.setAlphaF(0.6F);
    painter.setPen(line);
    const auto cells = m_viewport.visibleCells();
    const QRectF &area = m_viewport.area();
    for (std::int64_t c = 0; c <= cells.columns; ++c) {
        const double x = m_viewport.pixelsOf({static_cast<double>(cells.firstColumn + c), 0, 1, 1}).left();
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
    for (std::int64_t r = 0; r <= cells.rows; ++r) {
        const double y = m_viewport.pixelsOf({0, static_cast<double>(cells.firstRow + r), 1, 1}).top();
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    }
}

void HeatMapCanvas::paintNumbers(QPainter &painter) const
{
    const auto cells = m_viewport.visibleCells();
    const auto *picture = m_part && m_part->cells.contains(cells) && !m_part->elements.empty() ? m_part.get()
                          : m_whole && !m_whole->elements.empty()                              ? m_whole.get()
                                                                                               : nullptr;
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    const QFontMetricsF metrics(small);
    // Cells narrower than the shortest numbers: no need to write any to see that.
    if (!picture || m_viewport.cellHeight() < metrics.height()
        || m_viewport.cellWidth() < metrics.horizontalAdvance(QStringLiteral("0.0")))
        return;
    std::vector<QString> texts;
    double widest = 0;
    for (std::int64_t r = 0; r < cells.rows; ++r)
        for (std::int64_t c = 0; c < cells.columns; ++c) {
            const auto *element = picture->element({cells.firstRow + r, cells.firstColumn + c});
            texts.push_back(element ? text::fromUtf8(elementText(*element, kDigits)) : QString());
            widest = std::max(widest, metrics.horizontalAdvance(texts.back()));
        }
    // All or none: a picture with some of its numbers would mislead.
    if (widest + kGap > m_viewport.cellWidth())
        return;
    painter.setFont(small);
    std::size_t i = 0;
    for (std::int64_t r = cells.firstRow; r < cells.firstRow + cells.rows; ++r)
        for (std::int64_t c = cells.firstColumn; c < cells.firstColumn + cells.columns; ++c) {
            painter.setPen(readableOn(colourOf({r, c})));
            painter.drawText(m_viewport.pixelsOf({static_cast<double>(c), static_cast<double>(r), 1, 1}),
                             Qt::AlignCenter, texts[i++]);
        }
}

void HeatMapCanvas::paintAxes(QPainter &painter) const
{
    const QRectF &area = m_viewport.area();
    const QRectF &seen = m_viewport.visible();
    const double line = fontMetrics().height();
    const auto numberRoom = [&](std::int64_t most) {
        return fontMetrics().horizontalAdvance(text::integer(most)) + 3.0 * kGap;
    };
    painter.setPen(colors::quietText(palette()));
    for (const auto column :
         tickIndices(seen.left(), seen.width(), m_viewport.cellWidth(), numberRoom(m_viewport.columns()))) {
        const double x = m_viewport.pixelsOf({static_cast<double>(column), 0, 1, 1}).center().x();
        if (x < area.left() || x > area.right())
            continue;
        painter.drawLine(QPointF(x, area.top() - kTick), QPointF(x, area.top() - 2));
        painter.drawText(QRectF(x - 100, area.top() - kTick - line - 1, 200, line), Qt::AlignCenter,
                         text::integer(column));
    }
    painter.setPen(palette().color(QPalette::WindowText));
    const QRectF columnPlace(area.left(), area.top() - 2 * line - kGap, width() - area.left(), line);
    painter.drawText(columnPlace, Qt::AlignLeft | Qt::AlignVCenter,
                     m_columnName.isEmpty() ? QString() : m_columnName + QStringLiteral(" →"));
    if (m_rowName.isEmpty())
        return;
    painter.setPen(colors::quietText(palette()));
    for (const auto row : tickIndices(seen.top(), seen.height(), m_viewport.cellHeight(), 2 * line)) {
        const double y = m_viewport.pixelsOf({0, static_cast<double>(row), 1, 1}).center().y();
        if (y < area.top() || y > area.bottom())
            continue;
        painter.drawLine(QPointF(area.left() - kTick, y), QPointF(area.left() - 2, y));
        painter.drawText(QRectF(0, y - line / 2, area.left() - kTick - 2, line), Qt::AlignRight | Qt::AlignVCenter,
                         text::integer(row));
    }
    painter.setPen(palette().color(QPalette::WindowText));
    painter.save();
    painter.translate(0, area.top());
    painter.rotate(90);
    const double room = std::max(area.height(), height() - area.top());
    painter.drawText(QRectF(0, -line - 2, room, line), Qt::AlignLeft | Qt::AlignVCenter,
                     m_rowName + QStringLiteral(" →"));
    painter.restore();
}

void HeatMapCanvas::paintMessage(QPainter &painter) const
{
    const QRect room = rect().adjusted(24, 24, -24, -24);
    const QRect place = fontMetrics().boundingRect(room, Qt::AlignCenter | Qt::TextWordWrap, m_message);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors::noticeBackground(colors::Notice::Information, palette()));
    painter.drawRoundedRect(place.adjusted(-10, -6, 10, 6), 6, 6);
    painter.setPen(colors::noticeText(colors::Notice::Information, palette()));
    painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, m_message);
}

}  // namespace waypoint

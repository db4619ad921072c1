// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/colors.h"
#include "ui/models/text.h"
#include "ui/views/color_bar.h"
#include "ui/views/epoch_map.h"

#include <QtGui/QPainter>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr int kGap = 6;
constexpr int kBar = 130;  ///< length of the colour scale
constexpr int kSwatch = 12;
constexpr int kGridFrom = 8;  ///< pixels of a cell that has lines around it
constexpr int kBoxPadding = 6;
constexpr int kFar = 1'000'000;  ///< pixels: out of sight

QString endText(double number, const EpochMapPicture &picture)
{
    return quantityText(picture.quantity, picture.isLogarithmic ? std::pow(10, number) : number);
}

/// Paints from right to left; gives where it ended.
int paintSwatch(QPainter &painter, int right, int middle, QRgb colour, const QString &word, const QPalette &palette)
{
    const int wide = painter.fontMetrics().horizontalAdvance(word);
    painter.setPen(palette.color(QPalette::WindowText));
    const int line = painter.fontMetrics().height();
    painter.drawText(QRect(right - wide, middle - line / 2, wide, line), Qt::AlignCenter, word);
    const QRect swatch(right - wide - 4 - kSwatch, middle - kSwatch / 2, kSwatch, kSwatch);
    painter.fillRect(swatch, QColor(colour));
    return swatch.left() - 2 * kGap;
}

}  // namespace

void EpochMap::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    paintTitle(painter);
    if (!m_picture || m_edges.empty() || m_width <= 0)
        return;
    paintCells(painter);
    paintGrid(painter);
    paintNames(painter);
    paintEpochs(painter);
    paintChosen(painter);
    paintReadOut(painter);
}

void EpochMap::paintTitle(QPainter &painter) const
{
    if (!m_picture)
        return;
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(palette().color(QPalette::WindowText));
    const QRect line(2 * kGap - 4, 0, viewport()->width() - 4 * kGap, titleHeight());
    const QString title = tr("Tensors by epoch: %1").arg(quantityAxis(m_picture->quantity));
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, title);
    const int end = line.left() + painter.fontMetrics().horizontalAdvance(title);
    painter.setFont(font());
    if (line.right() - end > kBar * 2)
        paintLegend(painter, line.right() - kGap);
}

void EpochMap::paintLegend(QPainter &painter, int right) const
{
    const int middle = titleHeight() / 2;
    if (m_picture->hasOdd)
        right = paintSwatch(painter, right, middle, ColorScale::kOdd, tr("NaN, Inf"), palette());
    if (m_picture->hasZeros)
        right = paintSwatch(painter, right, middle, EpochMapPicture::kZero, tr("0: unchanged"), palette());
    if (!m_picture->scale)
        return;
    const ColorScale &scale = *m_picture->scale;
    const int line = fontMetrics().height();
    const QString high = endText(scale.high(), *m_picture);
    const int wide = fontMetrics().horizontalAdvance(high);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRect(right - wide, middle - line / 2, wide, line), Qt::AlignCenter, high);
    const QRect bar(right - wide - kGap - kBar, middle - kSwatch / 2, kBar, kSwatch);
    for (int x = 0; x < bar.width(); ++x)
        painter.fillRect(bar.left() + x, bar.top(), 1, bar.height(),
                         QColor(scale.colour(scale.low() + (scale.high() - scale.low()) * x / (bar.width() - 1))));
    const QString low = endText(scale.low(), *m_picture);
    const QRect place(bar.left() - kGap - 200, middle - line / 2, 200, line);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, low);
}

void EpochMap::paintCells(QPainter &painter) const
{
    const QRect room = body();
    const int first = std::clamp(static_cast<int>((room.top() - top(0)) / rowHeight()), 0, rows());
    const int end = std::clamp(static_cast<int>(std::ceil((room.bottom() + 1 - top(0)) / rowHeight())), first, rows());
    if (first == end)
        return;
    painter.save();
    painter.setClipRect(room);
    const double upper = top(first);
    const double height = top(end) - upper;
    const auto paint = [&](int column, int count) {
        const int from = left(column);
        const QRectF target(from, upper, left(column + count) - from, height);
        if (target.right() >= room.left() && target.left() <= room.right())
            painter.drawImage(target, m_picture->image, QRectF(column, first, count, end - first));
    };
    if (m_isEven)
        paint(0, columns());
    else
        for (int column = 0; column < columns(); ++column)
            paint(column, 1);
    painter.restore();
}

/// Lines between cells that are large enough to be looked at one by one.
void EpochMap::paintGrid(QPainter &painter) const
{
    const QRect room = body();
    painter.save();
    painter.setClipRect(room);
    painter.setPen(palette().color(QPalette::Base));
    const int bottom = std::min(room.bottom(), static_cast<int>(top(rows())));
    if (rowHeight() >= kGridFrom)
        for (int row = 0; row <= rows(); ++row)
            if (const auto y = static_cast<int>(std::lround(top(row))); y >= room.top() && y <= bottom)
                painter.drawLine(room.left(), y, room.right(), y);
    for (int column = 0; column < columns(); ++column)
        if (left(column + 1) - left(column) >= kGridFrom && left(column) >= room.left() && left(column) <= room.right())
            painter.drawLine(left(column), room.top(), left(column), bottom);
    painter.restore();
}

void EpochMap::paintNames(QPainter &painter) const
{
    const QRect room = body();
    const int line = fontMetrics().height();
    const int step = std::max(1, static_cast<int>(std::ceil((line + 1) / rowHeight())));
    painter.save();
    painter.setClipRect(QRect(0, room.top() - line / 2, viewport()->width(), room.height() + line));
    QFont bold = font();
    bold.setBold(true);
    const int first = std::max(0, static_cast<int>((room.top() - top(0)) / rowHeight()) / step * step);
    for (int row = first; row < rows() && top(row) < room.bottom(); row += step) {
        const bool isCurrent = m_tensor && m_picture->tensors[static_cast<std::size_t>(row)] == *m_tensor;
        painter.setFont(isCurrent ? bold : font());
        painter.setPen(isCurrent ? palette().color(QPalette::WindowText) : colors::quietText(palette()));
        const QRectF place(kGap, top(row) + rowHeight() / 2 - line / 2.0, room.left() - 2 * kGap, line);
        const QString shown =
            painter.fontMetrics().elidedText(name(row), Qt::ElideMiddle, static_cast<int>(place.width()));
        painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, shown);
    }
    painter.restore();
}

void EpochMap::paintEpochs(QPainter &painter) const
{
    const QRect room = body();
    const int upper = std::min(room.bottom(), static_cast<int>(top(rows()))) + 4;
    const int line = fontMetrics().height();
    painter.setPen(colors::quietText(palette()));
    painter.drawText(QRect(0, upper, room.left() - kGap, line), Qt::AlignRight | Qt::AlignVCenter, m_run->axisName());
    for (const double x : numbers()) {
        const int middle = static_cast<int>(std::lround(xPixel(x)));
        const int wide = fontMetrics().horizontalAdvance(text::number(x));
        if (middle >= room.left() && middle <= room.right() + 1)
            painter.drawText(QRect(middle - wide / 2, upper, wide + 1, line), Qt::AlignCenter, text::number(x));
    }
}

/// The epochs that have a number below the map: each where there is room, round ones else.
std::vector<double> EpochMap::numbers() const
{
    const int wide = fontMetrics().horizontalAdvance(text::number(m_edges.back())) + kGap;
    std::vector<double> epochs;
    int free = -kFar;
    for (std::size_t file = 0; file < m_run->fileCount(); ++file) {
        const auto middle = static_cast<int>(std::clamp(xPixel(m_run->position(file)), -double{kFar}, double{kFar}));
        if (middle - wide / 2 < free && middle > m_left && middle < m_left + m_width)
            return roundNumbers(m_low, m_high, m_width / (2 * wide));
        free = middle + wide / 2;
        epochs.push_back(m_run->position(file));
    }
    return epochs;
}

void EpochMap::paintChosen(QPainter &painter) const
{
    const QRect room = body();
    painter.save();
    painter.setClipRect(room);
    const int bottom = std::min(room.bottom() + 1, static_cast<int>(top(rows())));
    const QColor ink = palette().color(QPalette::WindowText);
    if (m_cursor) {
        painter.setPen(QPen(ink, 1, Qt::DotLine));
        const auto x = static_cast<int>(std::lround(xPixel(*m_cursor)));
        painter.drawLine(x, room.top(), x, bottom);
    }
    painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
    for (int row = 0; m_tensor && row < rows(); ++row) {
        if (m_picture->tensors[static_cast<std::size_t>(row)] != *m_tensor)
            continue;
        const QRect whole = rectOf({row, 0}).united(rectOf({row, columns() - 1}));
        painter.drawRect(whole.intersected(room.adjusted(0, -20, 0, 20)).adjusted(1, 1, -1, -1));
    }
    if (m_file) {
        const int from = left(static_cast<int>(*m_file));
        painter.drawRect(QRect(from, room.top(), left(static_cast<int>(*m_file) + 1) - from, bottom - room.top())
                             .adjusted(1, 1, -1, -1));
    }
    if (const auto cell = current()) {
        painter.setPen(QPen(ink, 2));
        painter.drawRect(rectOf(*cell).adjusted(0, 0, -1, -1));
    }
    if (m_hovered) {
        painter.setPen(QPen(ink, 1));
        painter.drawRect(rectOf(*m_hovered).adjusted(0, 0, -1, -1));
    }
    painter.restore();
}

void EpochMap::paintReadOut(QPainter &painter) const
{
    if (!m_hovered && !(hasFocus() && m_byKeyboard && current()))
        return;
    const QString words = readOut().join(QLatin1Char('\n'));
    const QRect text = fontMetrics().boundingRect(QRect(0, 0, 600, 600), Qt::AlignLeft, words);
    const QRect cell = rectOf(m_hovered ? *m_hovered : *current());
    QRect box(QPoint(cell.right() + 2 * kGap, cell.top() + kGap),
              text.size() + QSize(2 * kBoxPadding, 2 * kBoxPadding));
    if (box.right() > viewport()->width() - kGap)
        box.moveRight(cell.left() - 2 * kGap);
    box.moveTop(std::clamp(box.top(), 0, std::max(0, viewport()->height() - box.height())));
    box.moveLeft(std::max(0, box.left()));
    QColor ground = palette().color(QPalette::Base);
    ground.setAlphaF(0.94F);
    painter.setPen(colors::hairline(palette()));
    painter.setBrush(ground);
    painter.drawRect(box.adjusted(0, 0, -1, -1));
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(box.adjusted(kBoxPadding, kBoxPadding, -kBoxPadding, -kBoxPadding), Qt::AlignLeft, words);
}

}  // namespace waypoint

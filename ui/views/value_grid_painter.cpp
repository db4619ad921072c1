// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/value_grid_painter.h"

#include "ui/models/colors.h"
#include "ui/models/text.h"

#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr int kPadding = 6;
constexpr int kStrongestTint = 110;  // of 255: the text on it stays readable

class GridPainter
{
public:
    GridPainter(QPainter &painter, const ValueGridPicture &picture)
        : m_painter(painter),
          m_picture(picture),
          m_geometry(picture.geometry),
          m_visible(picture.geometry.visible(picture.grid.all())),
          m_quiet(colors::quietText(picture.palette)),
          m_line(colors::hairline(picture.palette))
    {
    }

    void paintCells();
    void paintColumnHeader();
    void paintRowHeader();
    void paintCurrent();

private:
    void paintCell(Cell cell);
    void paintPlaceholder(const QRect &rect, bool failed);
    void fillBackground(const QRect &rect, const Element &element, bool selected);
    [[nodiscard]] QColor textColor(const Element &element, bool selected) const;
    [[nodiscard]] QColor tint(double value) const;
    void paintLabel(const QRect &rect, std::int64_t label, Qt::Alignment alignment, bool isMarked);

    QPainter &m_painter;
    const ValueGridPicture &m_picture;
    const ValueGridGeometry &m_geometry;
    CellRect m_visible;
    QColor m_quiet;
    QColor m_line;
};

void GridPainter::paintCells()
{
    for (std::int64_t row = m_visible.row; row < m_visible.row + m_visible.rows; ++row)
        for (std::int64_t column = m_visible.column; column < m_visible.column + m_visible.columns; ++column)
            if (m_picture.grid.holds({row, column}))
                paintCell({row, column});
}

void GridPainter::paintCell(Cell cell)
{
    const QRect rect = m_geometry.rectOf(cell);
    const bool selected = m_picture.selection.contains(cell);
    const Element *element = m_picture.pages.at(cell);
    if (!element) {
        if (selected)
            m_painter.fillRect(rect, m_picture.palette.color(QPalette::Highlight));
        paintPlaceholder(rect, m_picture.pages.isFailed(cell));
        return;
    }
    fillBackground(rect, *element, selected);
    m_painter.setPen(textColor(*element, selected));
    const QRect inner = rect.adjusted(kPadding / 2, 0, -kPadding, 0);
    const QString text = numberText(*element, m_picture.format);
    m_painter.drawText(inner, Qt::AlignRight | Qt::AlignVCenter,
                       m_painter.fontMetrics().elidedText(text, Qt::ElideMiddle, inner.width()));
}

void GridPainter::paintPlaceholder(const QRect &rect, bool failed)
{
    if (failed) {
        m_painter.setPen(m_quiet);
        m_painter.drawText(rect.adjusted(0, 0, -kPadding, 0), Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("?"));
        return;
    }
    if (!m_picture.showsMissing)
        return;
    const int height = rect.height() / 3;
    m_painter.fillRect(rect.adjusted(rect.width() / 3, height, -kPadding, -height), m_line);
}

void GridPainter::fillBackground(const QRect &rect, const Element &element, bool selected)
{
    if (selected)
        m_painter.fillRect(rect, m_picture.palette.color(QPalette::Highlight));
    else if (element.isNan())
        m_painter.fillRect(rect, colors::noticeBackground(colors::Notice::Danger, m_picture.palette));
    else if (element.isInfinite())
        m_painter.fillRect(rect, colors::noticeBackground(colors::Notice::Warning, m_picture.palette));
    else if (m_picture.tintTo > 0)
        m_painter.fillRect(rect, tint(element.real));
}

QColor GridPainter::textColor(const Element &element, bool selected) const
{
    if (selected)
        return m_picture.palette.color(QPalette::HighlightedText);
    if (element.isNan())
        return colors::noticeText(colors::Notice::Danger, m_picture.palette);
    if (element.isInfinite())
        return colors::noticeText(colors::Notice::Warning, m_picture.palette);
    return element.isZero() ? m_quiet : m_picture.palette.color(QPalette::Text);
}

// Okabe and Ito's blue below zero, vermilion above it: also colour-blind people tell them apart.
QColor GridPainter::tint(double value) const
{
    QColor color = QColor::fromRgb(value < 0 ? 0x0072b2 : 0xd55e00);
    const double share = std::min(1.0, std::abs(value) / m_picture.tintTo);
    color.setAlpha(static_cast<int>(share * kStrongestTint));
    return color;
}

void GridPainter::paintLabel(const QRect &rect, std::int64_t label, Qt::Alignment alignment, bool isMarked)
{
    m_painter.setPen(isMarked ? m_picture.palette.color(QPalette::WindowText) : m_quiet);
    m_painter.drawText(rect.adjusted(0, 0, -kPadding, 0), alignment | Qt::AlignVCenter, text::integer(label));
}

void GridPainter::paintColumnHeader()
{
    const QRect header(0, 0, m_geometry.viewport.width(), m_geometry.headerHeight);
    m_painter.fillRect(header, m_picture.palette.color(QPalette::Window));
    for (std::int64_t column = m_visible.column; column < m_visible.column + m_visible.columns; ++column) {
        QRect rect = m_geometry.rectOf({m_geometry.topRow, column});
        rect.moveTop(0);
        rect.setHeight(m_geometry.headerHeight);
        paintLabel(rect, column, Qt::AlignRight, column == m_picture.current.column);
    }
    m_painter.fillRect(header.left(), header.bottom(), header.width(), 1, m_line);
}

void GridPainter::paintRowHeader()
{
    const QRect header(0, m_geometry.headerHeight, m_geometry.rowHeaderWidth,
                       m_geometry.viewport.height() - m_geometry.headerHeight);
    m_painter.fillRect(header, m_picture.palette.color(QPalette::Window));
    for (std::int64_t row = m_visible.row; row < m_visible.row + m_visible.rows; ++row) {
        QRect rect = m_geometry.rectOf({row, m_geometry.leftColumn});
        rect.moveLeft(0);
        rect.setWidth(m_geometry.rowHeaderWidth);
        paintLabel(rect, m_picture.grid.rowLabel(row), Qt::AlignRight, row == m_picture.current.row);
    }
    m_painter.fillRect(header.right(), 0, 1, m_geometry.viewport.height(), m_line);
}

void GridPainter::paintCurrent()
{
    if (!m_visible.contains(m_picture.current))
        return;
    const auto role = m_picture.hasFocus ? QPalette::HighlightedText : QPalette::Highlight;
    m_painter.setPen(QPen(m_picture.palette.color(role), 1));
    m_painter.drawRect(m_geometry.rectOf(m_picture.current).adjusted(1, 1, -2, -2));
}

}  // namespace

void paintValueGrid(QPainter &painter, const ValueGridPicture &picture)
{
    GridPainter grid(painter, picture);
    grid.paintCells();
    grid.paintCurrent();
    grid.paintColumnHeader();
    grid.paintRowHeader();
}

}  // namespace waypoint

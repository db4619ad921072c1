// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/sample_grid.h"

#include "ui/models/colors.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kPicture = 72;
constexpr int kGap = 10;

int cellWidth() { return kPicture + kGap; }

/// Times a whole number where it grows; as large as fits where it shrinks.
QSize shownSize(const QSize &picture)
{
    const int side = std::max(picture.width(), picture.height());
    if (side < 1)
        return picture;
    return side <= kPicture ? picture * (kPicture / side)
                            : picture.scaled(kPicture, kPicture, Qt::KeepAspectRatio).expandedTo({1, 1});
}

}  // namespace

SampleGrid::SampleGrid(QWidget *parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Samples"));
}

void SampleGrid::setCells(std::vector<Cell> cells)
{
    m_cells = std::move(cells);
    QStringList texts;
    for (const Cell &cell : m_cells)
        texts << cell.text;
    setAccessibleDescription(texts.join(QStringLiteral(", ")));
    setVisible(!m_cells.empty());
    updateGeometry();
    update();
}

int SampleGrid::columns(int width) const { return std::max(1, (width + kGap) / cellWidth()); }

int SampleGrid::heightForWidth(int width) const
{
    const int perRow = columns(width);
    const int rows = (static_cast<int>(m_cells.size()) + perRow - 1) / perRow;
    return rows * (kPicture + fontMetrics().height() + kGap);
}

QSize SampleGrid::sizeHint() const { return {4 * cellWidth(), heightForWidth(4 * cellWidth())}; }

QSize SampleGrid::minimumSizeHint() const { return {2 * cellWidth(), kPicture}; }

QRect SampleGrid::cellArea(int index) const
{
    const int perRow = columns(width());
    const int rowHeight = kPicture + fontMetrics().height() + kGap;
    return {index % perRow * cellWidth(), index / perRow * rowHeight, kPicture, rowHeight - kGap};
}

void SampleGrid::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    for (int i = 0; i < static_cast<int>(m_cells.size()); ++i)
        paintCell(painter, m_cells[static_cast<std::size_t>(i)], cellArea(i));
}

void SampleGrid::paintCell(QPainter &painter, const Cell &cell, const QRect &area) const
{
    QRect place(QPoint(), shownSize(cell.picture.size()));
    place.moveCenter(QRect(area.topLeft(), QSize(kPicture, kPicture)).center());
    painter.setRenderHint(QPainter::SmoothPixmapTransform, place.width() < cell.picture.width());
    painter.drawImage(place, cell.picture);
    painter.setPen(colors::hairline(palette()));
    painter.drawRect(place.adjusted(-1, -1, 0, 0));
    painter.setPen(palette().color(QPalette::WindowText));
    const QRect text(area.left(), area.top() + kPicture, kPicture, area.height() - kPicture);
    painter.drawText(text, Qt::AlignHCenter | Qt::AlignTop,
                     fontMetrics().elidedText(cell.text, Qt::ElideRight, text.width()));
}

bool SampleGrid::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    for (int i = 0; i < static_cast<int>(m_cells.size()); ++i)
        if (cellArea(i).contains(help->pos())) {
            QToolTip::showText(help->globalPos(), m_cells[static_cast<std::size_t>(i)].toolTip.toHtmlEscaped(), this);
            return true;
        }
    QToolTip::hideText();
    return true;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/heat_map_canvas.h"

#include "ui/models/text.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace waypoint {

namespace {

constexpr double kWheelStep = 1.25;
constexpr double kKeyStep = 1.5;
constexpr double kShortestDrag = 6;  // pixels; less is a click
constexpr int kGap = 6;

}  // namespace

HeatMapCanvas::HeatMapCanvas(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Heat map"));
    setToolTip(tr("The wheel zooms, dragging zooms into a rectangle, Shift and dragging moves, a double click shows "
                  "all. Keys: + − arrows Home."));
}

void HeatMapCanvas::setPlane(std::int64_t rows, std::int64_t columns, const QString &rowName, const QString &columnName)
{
    m_viewport.setPlane(rows, columns);
    m_rowName = rowName;
    m_columnName = columnName;
    setHovered({});
    layOut();
}

void HeatMapCanvas::setPictures(HeatMapPicturePtr whole, HeatMapPicturePtr part)
{
    m_whole = std::move(whole);
    m_part = std::move(part);
    recolour();
}

void HeatMapCanvas::setColours(const ColorScale &scale, bool extremes)
{
    m_scale = scale;
    m_extremes = extremes;
    recolour();
}

void HeatMapCanvas::setMessage(const QString &message)
{
    m_message = message;
    update();
}

void HeatMapCanvas::recolour()
{
    m_wholeImage = m_whole && m_scale ? coloured(*m_whole, *m_scale, m_extremes) : QImage();
    m_partImage = m_part && m_scale ? coloured(*m_part, *m_scale, m_extremes) : QImage();
    update();
}

QColor HeatMapCanvas::colourOf(const PlaneCell &cell) const
{
    for (const auto &[picture, image] : {std::pair{&m_part, &m_partImage}, std::pair{&m_whole, &m_wholeImage}}) {
        if (image->isNull() || !(*picture)->cells.contains(cell))
            continue;
        const auto &pixels = (*picture)->image;
        return image->pixelColor(
            static_cast<int>((cell.column - (*picture)->cells.firstColumn) / pixels.columnsPerPixel),
            static_cast<int>((cell.row - (*picture)->cells.firstRow) / pixels.rowsPerPixel));
    }
    return {};
}

void HeatMapCanvas::layOut()
{
    const int line = fontMetrics().height();
    const int numbers = fontMetrics().horizontalAdvance(text::integer(m_viewport.rows()));
    const int left = m_rowName.isEmpty() ? kGap : line + numbers + 3 * kGap;
    const int top = 2 * line + 2 * kGap;
    const int right = std::max(kGap, fontMetrics().horizontalAdvance(text::integer(m_viewport.columns())) / 2 + 1);
    m_viewport.setRoom(QRectF(rect()).adjusted(left, top, -right, -kGap));
    update();
}

void HeatMapCanvas::resizeEvent(QResizeEvent *)
{
    layOut();
    Q_EMIT visibleChanged();
}

void HeatMapCanvas::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        layOut();
    QWidget::changeEvent(event);
}

void HeatMapCanvas::showAll()
{
    m_viewport.showAll();
    moved();
}

void HeatMapCanvas::moved()
{
    update();
    Q_EMIT visibleChanged();
}

void HeatMapCanvas::wheelEvent(QWheelEvent *event)
{
    const double steps = event->angleDelta().y() / 120.0;
    if (steps == 0 || !m_viewport.area().contains(event->position())) {
        event->ignore();
        return;
    }
    m_viewport.zoomAt(event->position(), std::pow(kWheelStep, steps));
    moved();
    setHovered(m_viewport.cellAt(event->position()));
    event->accept();
}

void HeatMapCanvas::mousePressEvent(QMouseEvent *event)
{
    m_dragStart = m_dragEnd = event->position();
    const bool moves = event->button() == Qt::MiddleButton
                       || (event->button() == Qt::LeftButton && event->modifiers().testFlag(Qt::ShiftModifier));
    if (moves)
        m_drag = Drag::Move;
    else if (event->button() == Qt::LeftButton && m_viewport.area().contains(event->position()))
        m_drag = Drag::Rectangle;
    if (m_drag == Drag::Move)
        setCursor(Qt::ClosedHandCursor);
}

void HeatMapCanvas::mouseMoveEvent(QMouseEvent *event)
{
    if (m_drag == Drag::Move) {
        m_viewport.moveBy(event->position() - m_dragEnd);
        moved();
    }
    m_dragEnd = event->position();
    if (m_drag == Drag::Rectangle)
        update();
    setHovered(m_viewport.cellAt(event->position()));
}

void HeatMapCanvas::mouseReleaseEvent(QMouseEvent *event)
{
    const auto drag = std::exchange(m_drag, Drag::None);
    unsetCursor();
    if (drag != Drag::Rectangle)
        return;
    const QRectF rectangle = QRectF(m_dragStart, event->position()).normalized();
    if (std::max(rectangle.width(), rectangle.height()) >= kShortestDrag) {
        m_viewport.zoomTo(rectangle);
        moved();
    }
    update();
}

void HeatMapCanvas::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        showAll();
}

void HeatMapCanvas::keyPressEvent(QKeyEvent *event)
{
    const QRectF &area = m_viewport.area();
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        m_viewport.zoomAt(area.center(), kKeyStep);
        break;
    case Qt::Key_Minus:
        m_viewport.zoomAt(area.center(), 1 / kKeyStep);
        break;
    case Qt::Key_Left:
        m_viewport.moveBy({area.width() / 8, 0});
        break;
    case Qt::Key_Right:
        m_viewport.moveBy({-area.width() / 8, 0});
        break;
    case Qt::Key_Up:
        m_viewport.moveBy({0, area.height() / 8});
        break;
    case Qt::Key_Down:
        m_viewport.moveBy({0, -area.height() / 8});
        break;
    case Qt::Key_Home:
        m_viewport.showAll();
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    moved();
}

void HeatMapCanvas::leaveEvent(QEvent *) { setHovered({}); }

void HeatMapCanvas::setHovered(std::optional<PlaneCell> cell)
{
    if (cell == m_hovered)
        return;
    m_hovered = cell;
    Q_EMIT hovered();
}

}  // namespace waypoint

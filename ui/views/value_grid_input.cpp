// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/value_grid.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kDragScrollEvery(40);
constexpr double kRowsPerNotch = 3;
constexpr double kNotch = 120;  // of QWheelEvent::angleDelta

}  // namespace

bool ValueGrid::movesCurrent(int key) const
{
    switch (key) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
    case Qt::Key_Home:
    case Qt::Key_End:
        return !m_grid.isEmpty();
    default:
        return false;
    }
}

Cell ValueGrid::moved(const QKeyEvent &event) const
{
    const bool isFar = event.modifiers() & Qt::ControlModifier;
    const std::int64_t step = isFar ? std::max(m_grid.rows(), m_grid.columns()) : 1;
    Cell to = m_current;
    switch (event.key()) {
    case Qt::Key_Left:
        to.column -= step;
        break;
    case Qt::Key_Right:
        to.column += step;
        break;
    case Qt::Key_Up:
        to.row -= step;
        break;
    case Qt::Key_Down:
        to.row += step;
        break;
    case Qt::Key_PageUp:
        to.row -= m_geometry.wholeRows();
        break;
    case Qt::Key_PageDown:
        to.row += m_geometry.wholeRows();
        break;
    case Qt::Key_Home:
        to = {isFar ? 0 : to.row, 0};
        break;
    default:
        to = {isFar ? m_grid.rows() - 1 : to.row, m_grid.columns() - 1};
        break;
    }
    to.row = std::clamp<std::int64_t>(to.row, 0, m_grid.rows() - 1);
    to.column = std::clamp<std::int64_t>(to.column, 0, m_grid.columns() - 1);
    if (!m_grid.holds(to))  // the last row ends early
        to.column = m_grid.count({to.row, 0, 1, m_grid.columns()}) - 1;
    return to;
}

void ValueGrid::keyPressEvent(QKeyEvent *event)
{
    if (movesCurrent(event->key()))
        goTo(moved(*event), event->modifiers() & Qt::ShiftModifier);
    else if (event->matches(QKeySequence::SelectAll))
        selectAll();
    else
        QFrame::keyPressEvent(event);  // the scroll area's own would scroll as well
}

void ValueGrid::mousePressEvent(QMouseEvent *event)
{
    const QPoint point = event->position().toPoint();
    if (m_grid.isEmpty())
        return;
    if (m_geometry.isInColumnHeader(point) || m_geometry.isInRowHeader(point)) {
        if (event->button() == Qt::LeftButton)
            pressHeader(point);
        return;
    }
    const Cell cell = m_geometry.nearest(point, m_grid.all());
    if (!m_geometry.isOnCell(point, m_grid.all()) || !m_grid.holds(cell))
        return;
    m_isDragging = event->button() == Qt::LeftButton;
    if (m_isDragging)
        goTo(cell, event->modifiers() & Qt::ShiftModifier);
    else if (event->button() == Qt::RightButton && !selection().contains(cell))
        goTo(cell);
}

void ValueGrid::pressHeader(QPoint point)
{
    const Cell cell = m_geometry.nearest(point, m_grid.all());
    const bool inColumns = m_geometry.isInColumnHeader(point);
    const bool inRows = m_geometry.isInRowHeader(point);
    if (inColumns && inRows)
        selectAll();
    else if (inColumns)
        select({0, cell.column, m_grid.rows(), 1});
    else
        select({cell.row, 0, 1, m_grid.columns()});
}

void ValueGrid::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint point = event->position().toPoint();
    if (m_grid.isEmpty())
        return;
    const Cell cell = m_geometry.nearest(point, m_grid.all());
    if (!m_isDragging) {
        readOut(m_geometry.isOnCell(point, m_grid.all()) ? cell : m_current);
        return;
    }
    m_dragAt = point;
    if (m_grid.holds(cell))
        goTo(cell, true);
    if (viewport()->rect().contains(point))
        m_dragScroll.stop();
    else
        m_dragScroll.start(static_cast<int>(kDragScrollEvery.count()), this);
}

void ValueGrid::mouseReleaseEvent(QMouseEvent *)
{
    m_isDragging = false;
    m_dragScroll.stop();
}

void ValueGrid::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_dragScroll.timerId()) {
        QAbstractScrollArea::timerEvent(event);
        return;
    }
    const Cell cell = m_geometry.nearest(m_dragAt, m_grid.all());
    if (m_grid.holds(cell))
        goTo(cell, true);
}

void ValueGrid::wheelEvent(QWheelEvent *event)
{
    QPointF cells = QPointF(event->angleDelta()) / kNotch * kRowsPerNotch;
    if (!event->pixelDelta().isNull())
        cells = {static_cast<double>(event->pixelDelta().x()) / m_geometry.columnWidth,
                 static_cast<double>(event->pixelDelta().y()) / m_geometry.rowHeight};
    if (event->modifiers() & Qt::ShiftModifier)
        cells = {cells.x() + cells.y(), 0};
    m_wheelRest += cells;
    const QPointF whole(std::trunc(m_wheelRest.x()), std::trunc(m_wheelRest.y()));
    m_wheelRest -= whole;
    scrollTo(m_geometry.topRow - static_cast<std::int64_t>(whole.y()),
             m_geometry.leftColumn - static_cast<std::int64_t>(whole.x()));
    event->accept();
}

void ValueGrid::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void ValueGrid::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool ValueGrid::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave && !m_grid.isEmpty())
        readOut(m_current);
    return QAbstractScrollArea::viewportEvent(event);
}

}  // namespace waypoint

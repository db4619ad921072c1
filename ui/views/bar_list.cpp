// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/bar_list.h"

#include <QtCore/QEvent>
#include <QtGui/QHelpEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kMargin = 6;
constexpr int kDot = 8;
constexpr int kBarHeight = 3;

}  // namespace

BarList::BarList(QWidget *parent) : QWidget(parent)
{
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void BarList::setRows(std::vector<BarRow> rows)
{
    m_rows = std::move(rows);
    m_current = -1;
    const bool links = std::ranges::any_of(m_rows, [](const BarRow &row) { return row.link.has_value(); });
    setFocusPolicy(links ? Qt::TabFocus : Qt::NoFocus);
    setVisible(!m_rows.empty());
    updateGeometry();
    update();
}

QSize BarList::sizeHint() const { return {320, rowHeight() * static_cast<int>(m_rows.size())}; }

QSize BarList::minimumSizeHint() const { return {120, sizeHint().height()}; }

int BarList::rowHeight() const { return fontMetrics().height() + 2 * kMargin; }

int BarList::rowAt(QPoint position) const
{
    const int row = position.y() / rowHeight();
    return rect().contains(position) && row < static_cast<int>(m_rows.size()) ? row : -1;
}

bool BarList::isLink(int row) const { return row >= 0 && m_rows[static_cast<std::size_t>(row)].link.has_value(); }

void BarList::setCurrent(int row)
{
    if (row == m_current)
        return;
    m_current = row;
    setCursor(isLink(row) ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void BarList::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int row = 0; row < static_cast<int>(m_rows.size()); ++row)
        paintRow(painter, row);
}

void BarList::paintRow(QPainter &painter, int row) const
{
    const BarRow &shown = m_rows[static_cast<std::size_t>(row)];
    const QColor colour = shown.colour.isValid() ? shown.colour : palette().color(QPalette::Highlight);
    const QRect area(0, row * rowHeight(), width(), rowHeight());
    if (row == m_current && isLink(row)) {
        QColor hover = palette().color(QPalette::Highlight);
        hover.setAlphaF(0.14F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(hover);
        painter.drawRoundedRect(area.adjusted(0, 1, -1, -1), 4, 4);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(QPointF(area.left() + kMargin + kDot / 2.0, area.center().y() + 0.5), kDot / 2.0, kDot / 2.0);

    const QRect text = area.adjusted(2 * kMargin + kDot, 0, -kMargin, 0);
    // The value gets what the name leaves, the name at most half where both are long. One pixel more than the advance:
    // elidedText() measures unrounded.
    const int nameNeeds = std::min(fontMetrics().horizontalAdvance(shown.name) + 1, text.width() / 2);
    const int valueWidth =
        std::min(fontMetrics().horizontalAdvance(shown.value) + 1, text.width() - nameNeeds - 2 * kMargin);
    const QRect valueArea(text.right() - valueWidth + 1, text.top(), valueWidth, text.height());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(valueArea, Qt::AlignRight | Qt::AlignVCenter,
                     fontMetrics().elidedText(shown.value, Qt::ElideRight, valueWidth));
    const QRect nameArea = text.adjusted(0, 0, -valueWidth - 2 * kMargin, 0);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(nameArea, Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(shown.name, Qt::ElideMiddle, nameArea.width()));
    if (shown.share > 0) {
        const double length = std::max(2.0, text.width() * std::clamp(shown.share, 0.0, 1.0));
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(QRectF(text.left(), area.bottom() - kBarHeight, length, kBarHeight), 1.5, 1.5);
    }
}

void BarList::mouseMoveEvent(QMouseEvent *event) { setCurrent(rowAt(event->position().toPoint())); }

void BarList::mouseReleaseEvent(QMouseEvent *event)
{
    const int row = rowAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && isLink(row))
        Q_EMIT activated(*m_rows[static_cast<std::size_t>(row)].link);
}

void BarList::leaveEvent(QEvent *)
{
    if (!hasFocus())
        setCurrent(-1);
}

void BarList::keyPressEvent(QKeyEvent *event)
{
    const int last = static_cast<int>(m_rows.size()) - 1;
    if (event->key() == Qt::Key_Down)
        setCurrent(std::min(m_current + 1, last));
    else if (event->key() == Qt::Key_Up)
        setCurrent(std::max(m_current - 1, 0));
    else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && isLink(m_current))
        Q_EMIT activated(*m_rows[static_cast<std::size_t>(m_current)].link);
    else
        QWidget::keyPressEvent(event);
}

void BarList::focusInEvent(QFocusEvent *event)
{
    if (m_current < 0 && !m_rows.empty())
        setCurrent(0);
    QWidget::focusInEvent(event);
}

void BarList::focusOutEvent(QFocusEvent *event)
{
    setCurrent(-1);
    QWidget::focusOutEvent(event);
}

bool BarList::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int row = rowAt(help->pos());
        if (row >= 0) {
            const BarRow &shown = m_rows[static_cast<std::size_t>(row)];
            const QString text = shown.toolTip.isEmpty() ? shown.name : shown.toolTip;
            QToolTip::showText(help->globalPos(), "<span style='white-space:pre'>" + text.toHtmlEscaped() + "</span>",
                               this);
            return true;
        }
    }
    return QWidget::event(event);
}

}  // namespace waypoint

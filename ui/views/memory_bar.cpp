// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/memory_bar.h"

#include "ui/models/colors.h"

#include <QtGui/QPainter>

#include <algorithm>

namespace waypoint {

MemoryBar::MemoryBar(QWidget *parent) : QWidget(parent) { setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed); }

void MemoryBar::setUsed(double share)
{
    m_used = std::clamp(share, 0.0, 1.0);
    update();
}

void MemoryBar::paintEvent(QPaintEvent *)
{
    constexpr double kAlmostFull = 0.9;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors::hairline(palette()));
    painter.drawRoundedRect(rect(), 3, 3);
    painter.setBrush(m_used > kAlmostFull ? colors::noticeAccent(colors::Notice::Warning, palette())
                                          : palette().color(QPalette::Highlight));
    painter.drawRoundedRect(QRectF(0, 0, width() * m_used, height()), 3, 3);
}

}  // namespace waypoint

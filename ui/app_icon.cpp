// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/app_icon.h"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtGui/QPixmap>

namespace waypoint {

namespace {

/// A falling loss curve with two checkpoints and a place mark; on a field of 128×128, as in the installed SVG.
void drawIcon(QPainter &painter)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0x14, 0x32, 0x4a));
    painter.drawRoundedRect(QRectF(6, 6, 116, 116), 26, 26);

    QPainterPath curve(QPointF(20, 34));
    curve.cubicTo(34, 88, 52, 92, 108, 98);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0x56, 0xb4, 0xe9), 8, Qt::SolidLine, Qt::RoundCap));
    painter.drawPath(curve);

    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0xf0, 0xe4, 0x42));
    painter.drawEllipse(QPointF(32, 63), 7, 7);
    painter.drawEllipse(QPointF(54, 86), 7, 7);

    QPainterPath mark(QPointF(84, 82));
    mark.cubicTo(84, 82, 64, 57, 64, 42);
    mark.arcTo(QRectF(64, 22, 40, 40), 180, -180);
    mark.cubicTo(104, 57, 84, 82, 84, 82);
    painter.setBrush(QColor(0xe6, 0x9f, 0x00));
    painter.drawPath(mark);
    painter.setBrush(QColor(0x14, 0x32, 0x4a));
    painter.drawEllipse(QPointF(84, 42), 8, 8);
}

}  // namespace

QIcon appIcon()
{
    QIcon icon;
    for (const int size : {16, 32, 48, 128}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.scale(size / 128.0, size / 128.0);
        drawIcon(painter);
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

}  // namespace waypoint

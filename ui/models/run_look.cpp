// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_look.h"

#include "ui/models/painted_icon.h"

#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtGui/QPalette>

#include <optional>

namespace waypoint {

namespace {

constexpr double kField = 16;

QPen pen(const QColor &colour, double width) { return {colour, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin}; }

void drawStroked(QPainter &painter, RunGlyph glyph)
{
    painter.setBrush(Qt::NoBrush);
    switch (glyph) {
    case RunGlyph::Clock:
        painter.drawEllipse(QRectF(2.5, 2.5, 11, 11));
        painter.drawPolyline(QPolygonF{{8, 5}, {8, 8.3}, {10.3, 9.6}});
        break;
    case RunGlyph::Check:
        painter.drawPolyline(QPolygonF{{3.2, 8.6}, {6.5, 12}, {12.8, 4.6}});
        break;
    case RunGlyph::Cross:
        painter.drawLine(QPointF(4, 4), QPointF(12, 12));
        painter.drawLine(QPointF(12, 4), QPointF(4, 12));
        break;
    case RunGlyph::Warning:
        painter.drawPolygon(QPolygonF{{8, 2.5}, {14, 13}, {2, 13}});
        painter.drawLine(QPointF(8, 6.2), QPointF(8, 9.2));
        painter.drawPoint(QPointF(8, 11.2));
        break;
    case RunGlyph::Save:
        painter.drawPolyline(QPolygonF{{8, 2.8}, {8, 9.6}});
        painter.drawPolyline(QPolygonF{{5, 6.8}, {8, 9.8}, {11, 6.8}});
        painter.drawPolyline(QPolygonF{{2.8, 10}, {2.8, 13.2}, {13.2, 13.2}, {13.2, 10}});
        break;
    default:
        break;
    }
}

void drawGlyph(QPainter &painter, RunGlyph glyph, const QColor &colour)
{
    painter.setPen(pen(colour, 1));
    painter.setBrush(colour);
    switch (glyph) {
    case RunGlyph::Play:
        painter.drawPolygon(QPolygonF{{4.5, 3}, {13, 8}, {4.5, 13}});
        return;
    case RunGlyph::Pause:
        painter.drawRect(QRectF(4, 3.5, 2.5, 9));
        painter.drawRect(QRectF(9.5, 3.5, 2.5, 9));
        return;
    case RunGlyph::Stop:
        painter.drawRect(QRectF(4, 4, 8, 8));
        return;
    default:
        painter.setPen(pen(colour, 1.7));
        drawStroked(painter, glyph);
    }
}

QIcon iconOf(RunGlyph glyph, std::optional<colors::Notice> tone)
{
    return paintedIcon(kField, [glyph, tone](QPainter &painter, QIcon::Mode mode) {
        const QPalette palette = QGuiApplication::palette();
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        drawGlyph(painter, glyph,
                  tone ? colors::noticeText(*tone, palette) : palette.color(group, QPalette::ButtonText));
    });
}

}  // namespace

colors::Notice runTone(RunCondition condition)
{
    switch (condition) {
    case RunCondition::Waiting:
    case RunCondition::Starting:
    case RunCondition::Running:
    case RunCondition::Stopped:
        return colors::Notice::Information;
    case RunCondition::Finished:
        return colors::Notice::Good;
    case RunCondition::Paused:
    case RunCondition::NotResponding:
    case RunCondition::Gone:
    case RunCondition::Unreadable:
        return colors::Notice::Warning;
    case RunCondition::Failed:
    case RunCondition::Crashed:
    case RunCondition::NeverStarted:
        return colors::Notice::Danger;
    }
    return colors::Notice::Information;
}

RunGlyph runGlyph(RunCondition condition)
{
    switch (condition) {
    case RunCondition::Waiting:
    case RunCondition::Starting:
        return RunGlyph::Clock;
    case RunCondition::Running:
        return RunGlyph::Play;
    case RunCondition::Paused:
        return RunGlyph::Pause;
    case RunCondition::Stopped:
        return RunGlyph::Stop;
    case RunCondition::Finished:
        return RunGlyph::Check;
    case RunCondition::Failed:
    case RunCondition::Crashed:
    case RunCondition::NeverStarted:
        return RunGlyph::Cross;
    case RunCondition::NotResponding:
    case RunCondition::Gone:
    case RunCondition::Unreadable:
        return RunGlyph::Warning;
    }
    return RunGlyph::Warning;
}

QIcon runIcon(RunGlyph glyph) { return iconOf(glyph, std::nullopt); }
QIcon runIcon(RunGlyph glyph, colors::Notice tone) { return iconOf(glyph, tone); }

}  // namespace waypoint

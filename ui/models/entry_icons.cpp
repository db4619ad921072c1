// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/entry_icons.h"

#include "ui/models/painted_icon.h"

#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtGui/QPalette>

namespace waypoint {

namespace {

enum class Glyph { Dot, Tensor, Number, Text, Container, Object, Sign };

Glyph glyphOf(ValueKind kind)
{
    switch (kind) {
    case ValueKind::Tensor:
    case ValueKind::Storage:
    case ValueKind::Array:
        return Glyph::Tensor;
    case ValueKind::Str:
    case ValueKind::Bytes:
        return Glyph::Text;
    case ValueKind::List:
    case ValueKind::Tuple:
    case ValueKind::Dict:
    case ValueKind::Set:
        return Glyph::Container;
    case ValueKind::Object:
    case ValueKind::Global:
    case ValueKind::Persistent:
        return Glyph::Object;
    default:
        return Glyph::Number;
    }
}

/// All glyphs are drawn on a 16×16 field.
void drawTensor(QPainter &painter)
{
    painter.drawRoundedRect(QRectF(3.5, 3.5, 9, 9), 1.5, 1.5);
    for (const double at : {6.5, 9.5}) {
        painter.drawLine(QPointF(at, 3.5), QPointF(at, 12.5));
        painter.drawLine(QPointF(3.5, at), QPointF(12.5, at));
    }
}

void drawText(QPainter &painter)
{
    painter.drawLine(QPointF(3.5, 5), QPointF(12.5, 5));
    painter.drawLine(QPointF(3.5, 8), QPointF(12.5, 8));
    painter.drawLine(QPointF(3.5, 11), QPointF(9, 11));
}

void drawContainer(QPainter &painter)
{
    painter.drawPolyline(QPolygonF{{6.5, 3.5}, {4, 3.5}, {4, 12.5}, {6.5, 12.5}});
    painter.drawPolyline(QPolygonF{{9.5, 3.5}, {12, 3.5}, {12, 12.5}, {9.5, 12.5}});
}

/// A filled triangle with a "!" cut out of it.
void drawSign(QPainter &painter, const QColor &color)
{
    QPainterPath sign;
    sign.setFillRule(Qt::OddEvenFill);
    sign.addPolygon(QPolygonF{{8, 2}, {14.5, 13.5}, {1.5, 13.5}, {8, 2}});
    sign.addRect(7.2, 6, 1.6, 4);
    sign.addRect(7.2, 11, 1.6, 1.5);
    painter.fillPath(sign, color);
}

/// Says that something below the row has a problem.
void drawProblemDot(QPainter &painter, const QColor &color)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(QRectF(10.5, 9.5, 5.5, 5.5));
}

void drawGlyph(QPainter &painter, Glyph glyph, const QColor &color)
{
    painter.setPen(QPen(color, 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    switch (glyph) {
    case Glyph::Dot:
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(QRectF(3.5, 3.5, 9, 9));
        break;
    case Glyph::Tensor:
        painter.setPen(QPen(color, 1.0));
        drawTensor(painter);
        break;
    case Glyph::Number:
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(QRectF(6, 6, 4, 4));
        break;
    case Glyph::Text:
        drawText(painter);
        break;
    case Glyph::Container:
        drawContainer(painter);
        break;
    case Glyph::Sign:
        drawSign(painter, color);
        break;
    case Glyph::Object:
        painter.drawPolygon(QPolygonF{{8, 3}, {13, 8}, {8, 13}, {3, 8}});
        break;
    }
}

QIcon iconOf(Glyph glyph, std::optional<Role> role, std::optional<colors::Notice> problem = {})
{
    return paintedIcon(16, [glyph, role, problem](QPainter &painter, QIcon::Mode mode) {
        const QPalette palette = QGuiApplication::palette();
        const bool isSelected = mode == QIcon::Selected;
        const QColor own = role ? colors::role(*role, palette) : colors::quietText(palette);
        const QColor selected = palette.color(QPalette::HighlightedText);
        const QColor alarm = problem && !isSelected ? colors::noticeAccent(*problem, palette) : selected;
        if (glyph == Glyph::Sign) {
            drawGlyph(painter, glyph, alarm);
            return;
        }
        drawGlyph(painter, glyph, isSelected ? selected : own);
        if (problem)
            drawProblemDot(painter, alarm);
    });
}

}  // namespace

QIcon entryIcon(ValueKind kind, std::optional<Role> role, bool startsSection, std::optional<colors::Notice> problem,
                bool isCulprit)
{
    if (problem && isCulprit)
        return problemSign(*problem);
    return iconOf(startsSection ? Glyph::Dot : glyphOf(kind), role, problem);
}

QIcon roleDot(Role role) { return iconOf(Glyph::Dot, role); }

QIcon problemSign(colors::Notice notice) { return iconOf(Glyph::Sign, std::nullopt, notice); }

}  // namespace waypoint

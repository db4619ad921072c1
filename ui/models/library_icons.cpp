// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/library_icons.h"

#include "ui/models/colors.h"
#include "ui/models/entry_icons.h"
#include "ui/models/painted_icon.h"

#include <QtCore/QCoreApplication>
#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtGui/QPalette>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("library", sentence); }

QPen outline(const QColor &color, double width = 1.4)
{
    return {color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin};
}

/// All glyphs are drawn on a 16×16 field.
void drawDot(QPainter &painter, const QColor &color, double radius)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(QPointF(8, 8), radius, radius);
    painter.setBrush(Qt::NoBrush);
}

void drawRing(QPainter &painter, const QColor &color, Qt::PenStyle style = Qt::SolidLine)
{
    QPen pen = outline(color);
    pen.setStyle(style);
    painter.setPen(pen);
    painter.drawEllipse(QPointF(8, 8), 5, 5);
}

void drawFile(QPainter &painter, FileLook look, const QColor *selected)
{
    const QPalette palette = QGuiApplication::palette();
    const QColor model = selected ? *selected : colors::role(Role::Model, palette);
    const QColor optimizer = selected ? *selected : colors::role(Role::Optimizer, palette);
    const QColor quiet = selected ? *selected : colors::quietText(palette);
    switch (look) {
    case FileLook::Resumable:
        drawDot(painter, model, 2.6);
        drawRing(painter, optimizer);
        break;
    case FileLook::ModelOnly:
        drawDot(painter, model, 4);
        break;
    case FileLook::BeingWritten:
        drawRing(painter, quiet, Qt::DotLine);
        break;
    case FileLook::Log:
        painter.setPen(outline(quiet));
        painter.drawPolyline(QPolygonF{{2.5, 4}, {5.5, 9}, {9, 8}, {13.5, 12}});
        break;
    case FileLook::Unknown:
        drawDot(painter, quiet, 1);
        break;
    case FileLook::Other:
    case FileLook::Damaged:
        drawRing(painter, quiet);
        break;
    }
}

void drawTick(QPainter &painter, const QColor &color)
{
    painter.setPen(outline(color, 1.8));
    painter.drawPolyline(QPolygonF{{3, 8.5}, {6.5, 12}, {13, 4.5}});
}

void drawBlocks(QPainter &painter, const QColor &color, std::initializer_list<QRectF> blocks)
{
    for (const QRectF &block : blocks)
        painter.fillRect(block, color);
}

void drawRun(QPainter &painter, RunCondition condition, const QColor *selected)
{
    const QPalette palette = QGuiApplication::palette();
    const QColor good = selected ? *selected : colors::noticeAccent(colors::Notice::Good, palette);
    const QColor quiet = selected ? *selected : colors::quietText(palette);
    switch (condition) {
    case RunCondition::Running:
        painter.setPen(Qt::NoPen);
        painter.setBrush(good);
        painter.drawPolygon(QPolygonF{{4, 3}, {13, 8}, {4, 13}});
        break;
    case RunCondition::Paused:
        drawBlocks(painter, good, {{4, 3.5, 3, 9}, {9, 3.5, 3, 9}});
        break;
    case RunCondition::Finished:
        drawTick(painter, good);
        break;
    case RunCondition::Stopped:
        drawBlocks(painter, quiet, {{4, 4, 8, 8}});
        break;
    default:
        drawRing(painter, quiet, Qt::DotLine);
        break;
    }
}

/// In the colour of selected text where the row is selected.
template<typename Draw>
QIcon iconOf(Draw draw)
{
    return paintedIcon(16, [draw](QPainter &painter, QIcon::Mode mode) {
        const QColor selected = QGuiApplication::palette().color(QPalette::HighlightedText);
        draw(painter, mode == QIcon::Selected ? &selected : nullptr);
    });
}

}  // namespace

QIcon fileIcon(FileLook look)
{
    if (look == FileLook::Damaged)
        return problemSign(colors::Notice::Danger);
    return iconOf([look](QPainter &painter, const QColor *selected) { drawFile(painter, look, selected); });
}

QString fileLookWord(FileLook look)
{
    switch (look) {
    case FileLook::Resumable:
        return tr("resumable");
    case FileLook::Other:
        return tr("other");
    case FileLook::Log:
        return tr("curves");
    default:
        return fileLookText(look);
    }
}

QString fileLookText(FileLook look)
{
    switch (look) {
    case FileLook::Resumable:
        return tr("can be resumed: weights and optimizer");
    case FileLook::ModelOnly:
        return tr("weights only");
    case FileLook::Other:
        return tr("neither weights nor optimizer");
    case FileLook::Damaged:
        return tr("damaged");
    case FileLook::BeingWritten:
        return tr("being written");
    case FileLook::Log:
        return tr("curves of a run");
    case FileLook::Unknown:
        break;
    }
    return {};
}

QIcon runIcon(RunCondition condition)
{
    switch (condition) {
    case RunCondition::Failed:
    case RunCondition::Crashed:
    case RunCondition::NeverStarted:
        return problemSign(colors::Notice::Danger);
    case RunCondition::NotResponding:
    case RunCondition::Unreadable:
        return problemSign(colors::Notice::Warning);
    default:
        return iconOf(
            [condition](QPainter &painter, const QColor *selected) { drawRun(painter, condition, selected); });
    }
}

}  // namespace waypoint

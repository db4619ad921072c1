// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/page_rail.h"

#include "ui/models/painted_icon.h"

#include <QtGui/QActionGroup>
#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtGui/QPalette>

namespace waypoint {

namespace {

/// Glyphs are drawn on a 24×24 field.
void drawInspect(QPainter &painter)
{
    painter.drawPolyline(QPolygonF{{5, 4}, {5, 18}, {10, 18}});
    painter.drawLine(QPointF(5, 11), QPointF(10, 11));
    painter.drawLine(QPointF(5, 4), QPointF(19, 4));
    painter.drawLine(QPointF(13, 11), QPointF(19, 11));
    painter.drawLine(QPointF(13, 18), QPointF(19, 18));
}

void drawCurves(QPainter &painter)
{
    painter.drawPolyline(QPolygonF{{4, 3.5}, {4, 20}, {20.5, 20}});
    QPainterPath falling(QPointF(7, 5.5));
    falling.cubicTo(9, 14, 12, 15.5, 20, 16);
    painter.drawPath(falling);
}

void drawCompare(QPainter &painter)
{
    painter.drawLine(QPointF(4, 8.5), QPointF(19.5, 8.5));
    painter.drawPolyline(QPolygonF{{15.5, 4.5}, {19.5, 8.5}, {15.5, 12.5}});
    painter.drawLine(QPointF(20, 16.5), QPointF(4.5, 16.5));
    painter.drawPolyline(QPolygonF{{8.5, 12.5}, {4.5, 16.5}, {8.5, 20.5}});
}

void drawTrain(QPainter &painter) { painter.drawPolygon(QPolygonF{{7, 4}, {7, 20}, {19.5, 12}}); }

void draw(QPainter &painter, PageRail::Glyph glyph)
{
    switch (glyph) {
    case PageRail::Glyph::Inspect:
        return drawInspect(painter);
    case PageRail::Glyph::Curves:
        return drawCurves(painter);
    case PageRail::Glyph::Compare:
        return drawCompare(painter);
    case PageRail::Glyph::Train:
        return drawTrain(painter);
    }
}

QIcon iconOf(PageRail::Glyph glyph)
{
    return paintedIcon(24, [glyph](QPainter &painter, QIcon::Mode) {
        const QColor ink = QGuiApplication::palette().color(QPalette::ButtonText);
        painter.setPen(QPen(ink, 1.7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        draw(painter, glyph);
    });
}

}  // namespace

PageRail::PageRail(QWidget *parent) : QToolBar(tr("Pages"), parent), m_pages(new QActionGroup(this))
{
    setObjectName(QStringLiteral("pageRail"));
    setMovable(false);
    setFloatable(false);
    setOrientation(Qt::Vertical);
    setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    setIconSize({24, 24});
    // The window's own menu would offer to hide it.
    setContextMenuPolicy(Qt::PreventContextMenu);
}

QAction *PageRail::addPage(Glyph glyph, int digit, const QString &name, const QString &toolTip)
{
    const int page = static_cast<int>(m_pages->actions().size());
    QAction *action = addAction(iconOf(glyph), name);
    const QKeySequence shortcut(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + digit));
    action->setShortcut(shortcut);
    action->setToolTip(tr("%1 (%2)").arg(toolTip, shortcut.toString(QKeySequence::NativeText)));
    action->setCheckable(true);
    action->setChecked(page == 0);
    m_pages->addAction(action);
    connect(action, &QAction::triggered, this, [this, page] { Q_EMIT pageChosen(page); });
    return action;
}

void PageRail::setCurrent(int page) { m_pages->actions().at(page)->setChecked(true); }

int PageRail::current() const { return static_cast<int>(m_pages->actions().indexOf(m_pages->checkedAction())); }

}  // namespace waypoint

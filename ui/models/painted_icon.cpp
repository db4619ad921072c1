// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/painted_icon.h"

#include <QtGui/QIconEngine>
#include <QtGui/QPainter>

namespace waypoint {

namespace {

class PaintedEngine final : public QIconEngine
{
public:
    PaintedEngine(double field, GlyphPainter painter) : m_field(field), m_painter(std::move(painter)) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->translate(rect.topLeft());
        painter->scale(rect.width() / m_field, rect.height() / m_field);
        m_painter(*painter, mode);
        painter->restore();
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine *clone() const override { return new PaintedEngine(*this); }

private:
    double m_field;
    GlyphPainter m_painter;
};

}  // namespace

QIcon paintedIcon(double field, GlyphPainter painter) { return QIcon(new PaintedEngine(field, std::move(painter))); }

}  // namespace waypoint

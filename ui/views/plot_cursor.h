// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_layer.h"

namespace waypoint {

/// The line under the mouse with its read-out, and the rectangle of a zoom. On a layer of its own, so that moving the
/// mouse draws nothing else anew.
class PlotCursorLayer final : public PlotLayer
{
    Q_OBJECT

public:
    explicit PlotCursorLayer(PlotCanvas &canvas) : PlotLayer(canvas, QStringLiteral("overlay")) {}

    void setRubber(const QRectF &rubber) { m_rubber = rubber; }

protected:
    void draw(QCPPainter *painter) override;

private:
    void drawCursor(QCPPainter &painter, double x) const;
    void drawBox(QCPPainter &painter, const PlotReadOut &readOut, double xPixel) const;
    void drawRubber(QCPPainter &painter) const;

    QRectF m_rubber;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_canvas.h"

namespace waypoint {

/// Something that is drawn over the area of the data.
class PlotLayer : public QCPLayerable
{
    Q_OBJECT

public:
    PlotLayer(PlotCanvas &canvas, const QString &layer) : QCPLayerable(&canvas, layer), m_canvas(canvas) {}

protected:
    [[nodiscard]] const PlotCanvas &canvas() const { return m_canvas; }
    [[nodiscard]] QRect clipRect() const override { return m_canvas.axisRect()->rect(); }
    void applyDefaultAntialiasingHint(QCPPainter *painter) const override { painter->setAntialiasing(true); }

private:
    const PlotCanvas &m_canvas;
};

}  // namespace waypoint

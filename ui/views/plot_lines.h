// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_layer.h"

namespace waypoint {

struct PlotLine;

/// Bars and lines, in the order they came.
class PlotLinesLayer final : public PlotLayer
{
    Q_OBJECT

public:
    explicit PlotLinesLayer(PlotCanvas &canvas) : PlotLayer(canvas, QStringLiteral("main")) {}

protected:
    void draw(QCPPainter *painter) override;

private:
    void drawLine(QCPPainter &painter, std::size_t index) const;
    void drawBars(QCPPainter &painter) const;
};

/// How a line looks, on the plot and in its legend.
[[nodiscard]] QPen plotPen(const PlotLine &line, const PlotTheme &theme);

}  // namespace waypoint

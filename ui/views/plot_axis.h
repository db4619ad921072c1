// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_qcp.h"
#include "ui/views/plot_theme.h"

namespace waypoint {

class PlotCanvas;

/// Gives QCustomPlot the ticks of a canvas's axis.
class PlotTicker final : public QCPAxisTicker
{
public:
    PlotTicker(const PlotCanvas &canvas, Qt::Orientation orientation) : m_canvas(canvas), m_orientation(orientation) {}

    void generate(const QCPRange &range, const QLocale &locale, QChar formatChar, int precision, QVector<double> &ticks,
                  QVector<double> *subTicks, QVector<QString> *tickLabels) override;

private:
    [[nodiscard]] double length() const;

    const PlotCanvas &m_canvas;
    Qt::Orientation m_orientation;
};

/// Colours, fonts and thin lines.
void dressAxis(QCPAxis &axis, const PlotTheme &theme, const QFont &font);

}  // namespace waypoint

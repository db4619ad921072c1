// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_data.h"

#include <QtGui/QColor>

namespace waypoint {

/// What a plot says of one x.
struct PlotReadOut
{
    struct Row
    {
        QString name;
        QColor colour;
        QString value;
        std::optional<QPointF> point;  ///< that the value is of, in numbers
        bool isBar = false;
    };
    double x = 0;
    QString heading;
    std::vector<Row> rows;  ///< one for each shown name

    [[nodiscard]] QStringList lines() const;
};

/// The x of the shown point nearest to `x`, of any line.
[[nodiscard]] std::optional<double> nearestX(const PlotData &data, double x);

/// Values at the points nearest to `x`; `slack` is how far beyond a line's ends it still counts, in axis
/// coordinates.
[[nodiscard]] PlotReadOut readOutAt(const PlotData &data, const PlotText &text, double x, double slack);

}  // namespace waypoint

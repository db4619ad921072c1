// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot.h"
#include "ui/views/plot_frame.h"

#include <functional>

namespace waypoint {

/// Where an axis has its numbers, in axis coordinates, and what is written there.
struct PlotTicks
{
    struct Tick
    {
        double at = 0;
        QString label;
    };
    std::vector<Tick> major;
    std::vector<double> minor;
};

/// What an axis looks like that ticks are sought for.
struct PlotTickRoom
{
    PlotScale scale;
    PlotNumbers numbers = PlotNumbers::Plain;
    PlotRange range;
    double pixels = 0;                              ///< its length
    std::function<double(const QString &)> extent;  ///< of a label along the axis
    QStringList names;                              ///< Names
};

/// As many round numbers as fit side by side without touching.
[[nodiscard]] PlotTicks plotTicks(const PlotTickRoom &room);

/// A number as the read-out writes it: four significant digits, an integer, a time of day, a duration.
[[nodiscard]] QString plotNumber(double value, PlotNumbers numbers);

/// Numbers of a time axis below this are durations, others seconds since 1970.
inline constexpr double kLongestDuration = 1e8;

}  // namespace waypoint

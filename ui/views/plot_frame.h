// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QRectF>

namespace waypoint {

/// How the numbers of an axis become lengths. "Axis" coordinates are the lengths: equal steps look equal.
struct PlotScale
{
    enum class Kind { Linear, Logarithmic, SymmetricLog };
    Kind kind = Kind::Linear;
    double linear = 1;  ///< symmetric log: where the straight part ends

    [[nodiscard]] double toAxis(double value) const;
    [[nodiscard]] double fromAxis(double length) const;
    friend bool operator==(const PlotScale &, const PlotScale &) = default;
};

/// In axis coordinates unless said otherwise.
struct PlotRange
{
    double low = 0;
    double high = 1;

    [[nodiscard]] double size() const { return high - low; }
    /// Rising, finite, and wide enough that doubles can count the pixels between.
    [[nodiscard]] bool isUsable() const;
    [[nodiscard]] PlotRange united(const PlotRange &other) const;
    friend bool operator==(const PlotRange &, const PlotRange &) = default;
};

/// The area of the data on the screen: numbers to pixels and back.
struct PlotFrame
{
    PlotScale xScale;
    PlotScale yScale;
    PlotRange x;
    PlotRange y;
    QRectF area;

    [[nodiscard]] double xPixel(double value) const;
    [[nodiscard]] double yPixel(double value) const;
    [[nodiscard]] double xAt(double pixel) const;
    [[nodiscard]] double yAt(double pixel) const;
};

}  // namespace waypoint

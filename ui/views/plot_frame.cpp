// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_frame.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

/// QPainter's fixed-point coordinates overflow beyond; no screen is as wide.
constexpr double kFarAway = 1e5;

double onScreen(double pixel, double near, double far)
{
    return std::clamp(pixel, near - kFarAway, far + kFarAway);  // NaN stays NaN
}

}  // namespace

double PlotScale::toAxis(double value) const
{
    switch (kind) {
    case Kind::Linear:
        return value;
    case Kind::Logarithmic:
        return std::log10(value);
    case Kind::SymmetricLog:
        return std::asinh(value / linear);
    }
    return value;
}

double PlotScale::fromAxis(double length) const
{
    switch (kind) {
    case Kind::Linear:
        return length;
    case Kind::Logarithmic:
        return std::pow(10.0, length);
    case Kind::SymmetricLog:
        return std::sinh(length) * linear;
    }
    return length;
}

bool PlotRange::isUsable() const
{
    if (!std::isfinite(low) || !std::isfinite(high) || !std::isfinite(size()))
        return false;
    return size() > std::max({std::abs(low), std::abs(high), 1e-290}) * 1e-12;
}

PlotRange PlotRange::united(const PlotRange &other) const
{
    return {std::min(low, other.low), std::max(high, other.high)};
}

double PlotFrame::xPixel(double value) const
{
    const double share = (xScale.toAxis(value) - x.low) / x.size();
    return onScreen(area.left() + share * area.width(), area.left(), area.right());
}

double PlotFrame::yPixel(double value) const
{
    const double share = (yScale.toAxis(value) - y.low) / y.size();
    return onScreen(area.bottom() - share * area.height(), area.top(), area.bottom());
}

double PlotFrame::xAt(double pixel) const
{
    return xScale.fromAxis(x.low + (pixel - area.left()) / area.width() * x.size());
}

double PlotFrame::yAt(double pixel) const
{
    return yScale.fromAxis(y.low + (area.bottom() - pixel) / area.height() * y.size());
}

}  // namespace waypoint

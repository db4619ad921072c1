// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_zoom.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

/// Zooming out ends when the data is a speck.
constexpr double kFarthest = 50;
/// Numbers beyond overflow when a range around them is worked out.
constexpr double kLargest = 1e250;

PlotRange scaled(const PlotRange &range, double factor, double around)
{
    return {around + (range.low - around) * factor, around + (range.high - around) * factor};
}

/// A range around a single number that an axis can be drawn for.
PlotRange around(double at, const PlotScale &scale, PlotNumbers numbers)
{
    if (scale.kind != PlotScale::Kind::Linear)
        return {at - 0.5, at + 0.5};
    if (numbers == PlotNumbers::Time)
        return {at - 30, at + 30};
    const double room = numbers == PlotNumbers::Integer ? std::max(1.0, std::abs(at) * 0.1) : std::abs(at) * 0.1;
    return room > 1e-280 ? PlotRange{at - room, at + room} : PlotRange{at - 1, at + 1};
}

PlotRange roomy(std::optional<PlotRange> data, const PlotScale &scale, PlotNumbers numbers, double lowRoom,
                double highRoom)
{
    if (!data)
        return {0, 1};
    data->low = std::clamp(data->low, -kLargest, kLargest);
    data->high = std::clamp(data->high, -kLargest, kLargest);
    if (!data->isUsable())
        return around((data->low + data->high) / 2, scale, numbers);
    return {data->low - data->size() * lowRoom, data->high + data->size() * highRoom};
}

}  // namespace

void PlotZoom::chooseX(const PlotRange &range)
{
    if (range.isUsable() && range.size() <= m_fullX.size() * kFarthest)
        m_shownX = *(m_x = range);
}

void PlotZoom::chooseY(const PlotRange &range)
{
    if (range.isUsable() && std::abs(range.low) < kLargest && std::abs(range.high) < kLargest)
        m_shownY = *(m_y = range);
}

void PlotZoom::scaleX(double factor, double around) { chooseX(scaled(m_shownX, factor, around)); }

void PlotZoom::scaleY(double factor, double around) { chooseY(scaled(m_shownY, factor, around)); }

void PlotZoom::pan(double xShare, double yShare)
{
    const double x = m_shownX.size() * xShare;
    const double y = m_shownY.size() * yShare;
    if (x != 0)
        chooseX({m_shownX.low + x, m_shownX.high + x});
    if (y != 0 && m_y)
        chooseY({m_shownY.low + y, m_shownY.high + y});
}

void PlotZoom::reset()
{
    m_x.reset();
    m_y.reset();
}

void PlotZoom::follow(const PlotData &data, const PlotText &text, const std::vector<PlotMark> &marks)
{
    std::optional<PlotRange> x = data.xRange();
    for (const PlotMark &mark : marks) {
        const double at = data.xScale().toAxis(mark.x);
        if (mark.y && std::isfinite(at))
            x = x ? x->united({at, at}) : PlotRange{at, at};
    }
    if (m_whole) {
        const PlotRange whole{data.xScale().toAxis(m_whole->low), data.xScale().toAxis(m_whole->high)};
        if (std::isfinite(whole.size()))
            x = x ? x->united(whole) : whole;
    }
    const double side = data.lines()->empty() ? 0 : 0.02;
    m_fullX = roomy(x, data.xScale(), text.x.numbers, side, side);
    m_shownX = m_x.value_or(m_fullX);
    std::optional<PlotRange> y = data.yRange(m_shownX);
    for (const PlotMark &mark : marks) {
        const double at = mark.y ? data.yScale().toAxis(*mark.y) : 0;
        if (mark.y && std::isfinite(at))
            y = y ? y->united({at, at}) : PlotRange{at, at};
    }
    // Labels of marks stand at the top. Bars stand on the axis.
    const bool labels = std::any_of(marks.begin(), marks.end(), [](const PlotMark &mark) { return !mark.y; });
    const double foot = data.lines()->empty() ? 0 : 0.05;
    m_shownY = m_y.value_or(roomy(y, data.yScale(), text.y.numbers, foot, labels ? 0.14 : 0.05));
}

}  // namespace waypoint

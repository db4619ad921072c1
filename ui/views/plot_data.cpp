// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_data.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace waypoint {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

bool isLog(const PlotScale &scale) { return scale.kind == PlotScale::Kind::Logarithmic; }

std::optional<PlotRange> united(const std::optional<PlotRange> &a, const std::optional<PlotRange> &b)
{
    if (!a || !b)
        return a ? a : b;
    return a->united(*b);
}

void include(std::optional<PlotRange> &range, double at)
{
    if (std::isfinite(at))
        range = united(range, PlotRange{at, at});
}

}  // namespace

void PlotData::setLines(std::vector<PlotLine> lines)
{
    m_lines = std::make_shared<const std::vector<PlotLine>>(std::move(lines));
    m_ready.reset();
}

void PlotData::setHidden(const QStringList &names) { m_hidden = QSet<QString>(names.begin(), names.end()); }

void PlotData::setScales(const PlotScale &x, const PlotScale &y)
{
    if (x == m_xScale && y == m_yScale)
        return;
    m_xScale = x;
    m_yScale = y;
    m_ready.reset();
}

bool PlotData::isEmpty() const
{
    const auto hasPoint = [](const PlotLine &line) {
        return std::any_of(line.y.begin(), line.y.end(), [](double y) { return std::isfinite(y); });
    };
    return std::none_of(m_lines->begin(), m_lines->end(), hasPoint)
           && std::all_of(m_bars.begin(), m_bars.end(), [](const PlotBars &bars) { return bars.heights.empty(); });
}

QStringList PlotData::names() const
{
    QStringList names;
    for (const PlotBars &bars : m_bars)
        names.append(bars.name);
    for (const PlotLine &line : *m_lines)
        names.append(line.name);
    names.removeDuplicates();
    return names;
}

void PlotData::prepare() const
{
    if (m_ready)
        return;
    std::vector<Ready> ready;
    ready.reserve(m_lines->size());
    for (const PlotLine &line : *m_lines)
        ready.push_back(prepared(line));
    m_ready = std::make_shared<const std::vector<Ready>>(std::move(ready));
}

PlotData::Ready PlotData::prepared(const PlotLine &line) const
{
    Ready ready;
    const std::size_t size = std::min(line.x.size(), line.y.size());
    if (isLog(m_xScale)) {
        const auto end = line.x.begin() + static_cast<std::ptrdiff_t>(size);
        ready.first = static_cast<std::size_t>(std::upper_bound(line.x.begin(), end, 0.0) - line.x.begin());
        ready.leftOut = ready.first;
    }
    std::span<const double> y = std::span(line.y).subspan(ready.first, size - ready.first);
    const auto unfit = [](double value) { return value <= 0; };
    if (isLog(m_yScale) && std::any_of(y.begin(), y.end(), unfit)) {
        ready.leftOut += static_cast<std::size_t>(std::count_if(y.begin(), y.end(), unfit));
        ready.cleaned.assign(y.begin(), y.end());
        std::replace_if(ready.cleaned.begin(), ready.cleaned.end(), unfit, kNothing);
        y = ready.cleaned;
    }
    ready.extremes = CurveExtremes(y);
    return ready;
}

std::span<const double> PlotData::x(std::size_t line) const
{
    prepare();
    return std::span((*m_lines)[line].x).subspan((*m_ready)[line].first, (*m_ready)[line].extremes.size());
}

std::span<const double> PlotData::y(std::size_t line) const
{
    prepare();
    const Ready &ready = (*m_ready)[line];
    if (!ready.cleaned.empty())
        return ready.cleaned;
    return std::span((*m_lines)[line].y).subspan(ready.first, ready.extremes.size());
}

std::size_t PlotData::leftOut() const
{
    prepare();
    std::size_t count = 0;
    for (std::size_t i = 0; i < m_ready->size(); ++i)
        count += isShown((*m_lines)[i].name) ? (*m_ready)[i].leftOut : 0;
    return count;
}

std::optional<PlotRange> PlotData::xRange() const
{
    prepare();
    std::optional<PlotRange> shown;
    std::optional<PlotRange> all;
    const auto add = [&](const QString &name, std::span<const double> xs) {
        for (const double at : {xs.front(), xs.back()}) {
            include(all, m_xScale.toAxis(at));
            if (isShown(name))
                include(shown, m_xScale.toAxis(at));
        }
    };
    for (std::size_t i = 0; i < m_ready->size(); ++i) {
        if (!x(i).empty())
            add((*m_lines)[i].name, x(i));
    }
    for (const PlotBars &bars : m_bars) {
        if (!bars.edges.empty())
            add(bars.name, bars.edges);
    }
    return shown ? shown : all;
}

std::optional<PlotRange> PlotData::yRange(const PlotRange &range) const
{
    prepare();
    std::optional<PlotRange> found = barRange(range);
    for (std::size_t i = 0; i < m_ready->size(); ++i) {
        if (isShown((*m_lines)[i].name))
            found = united(found, lineRange(i, range));
    }
    return found;
}

std::optional<PlotRange> PlotData::lineRange(std::size_t line, const PlotRange &range) const
{
    const std::span<const double> xs = x(line);
    const std::span<const double> ys = y(line);
    const double low = m_xScale.fromAxis(range.low);
    const double high = m_xScale.fromAxis(range.high);
    const auto first = static_cast<std::size_t>(std::lower_bound(xs.begin(), xs.end(), low) - xs.begin());
    const auto end = static_cast<std::size_t>(std::upper_bound(xs.begin(), xs.end(), high) - xs.begin());
    std::optional<PlotRange> found;
    const CurveExtremes::Found inside = (*m_ready)[line].extremes.over(first, end);
    if (inside.lowest != CurveExtremes::kNone) {
        include(found, m_yScale.toAxis(ys[inside.lowest]));
        include(found, m_yScale.toAxis(ys[inside.highest]));
    }
    // Where the line crosses the border of what is seen.
    const auto cross = [&](std::size_t after, double at) {
        if (after == 0 || after >= xs.size())
            return;
        const double share = (m_xScale.toAxis(at) - m_xScale.toAxis(xs[after - 1]))
                             / (m_xScale.toAxis(xs[after]) - m_xScale.toAxis(xs[after - 1]));
        const double before = m_yScale.toAxis(ys[after - 1]);
        include(found, (*m_lines)[line].steps ? before : before + share * (m_yScale.toAxis(ys[after]) - before));
    };
    if ((*m_lines)[line].style != PlotLine::Style::Points) {
        cross(first, low);
        cross(end, high);
    }
    return found;
}

std::optional<PlotRange> PlotData::barRange(const PlotRange &range) const
{
    std::optional<PlotRange> found;
    double lowest = std::numeric_limits<double>::infinity();
    for (const PlotBars &bars : m_bars) {
        const std::size_t count = std::min(bars.heights.size(), bars.edges.empty() ? 0 : bars.edges.size() - 1);
        for (std::size_t i = 0; i < count && isShown(bars.name); ++i) {
            if (m_xScale.toAxis(bars.edges[i + 1]) < range.low || m_xScale.toAxis(bars.edges[i]) > range.high)
                continue;
            include(found, m_yScale.toAxis(bars.heights[i]));
            if (bars.heights[i] > 0)
                lowest = std::min(lowest, bars.heights[i]);
        }
    }
    // Bars stand on zero; on a logarithmic axis on something below the smallest.
    if (found)
        include(found, isLog(m_yScale) ? std::log10(lowest / 2) : 0.0);
    return found;
}

std::vector<std::size_t> PlotData::points(std::size_t line, const PlotRange &range, std::size_t columns) const
{
    prepare();
    if (!isShown((*m_lines)[line].name))
        return {};
    columns = std::max<std::size_t>(columns, 1);
    std::vector<double> edges(columns + 1);
    for (std::size_t i = 0; i <= columns; ++i)
        edges[i] = m_xScale.fromAxis(range.low + range.size() * static_cast<double>(i) / static_cast<double>(columns));
    return decimated(x(line), (*m_ready)[line].extremes, edges);
}

}  // namespace waypoint

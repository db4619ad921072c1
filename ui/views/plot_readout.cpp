// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_readout.h"

#include "ui/views/plot_ticks.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("PlotReadOut", sentence); }

struct Hit
{
    std::size_t line = 0;
    std::size_t point = 0;
    double distance = std::numeric_limits<double>::infinity();  // in axis coordinates
};

/// The point that speaks for `x`: the nearest, or the one that a step line holds there.
std::optional<Hit> hit(const PlotData &data, std::size_t line, double x, double slack)
{
    const std::span<const double> xs = data.x(line);
    if (xs.empty())
        return std::nullopt;
    const PlotScale &scale = data.xScale();
    const double at = scale.toAxis(x);
    if (!(at >= scale.toAxis(xs.front()) - slack && at <= scale.toAxis(xs.back()) + slack))
        return std::nullopt;
    std::size_t point = nearestPoint(xs, x);
    if ((*data.lines())[line].steps) {
        const auto after = std::upper_bound(xs.begin(), xs.end(), x);
        point = after == xs.begin() ? 0 : static_cast<std::size_t>(after - xs.begin()) - 1;
    }
    return Hit{line, point, std::abs(scale.toAxis(xs[point]) - at)};
}

/// Past and future of a schedule share a name: the nearer point speaks.
std::optional<Hit> bestHit(const PlotData &data, const QString &name, bool faint, double x, double slack)
{
    std::optional<Hit> best;
    for (std::size_t i = 0; i < data.lines()->size(); ++i) {
        const PlotLine &line = (*data.lines())[i];
        if (line.name != name || (line.style == PlotLine::Style::Faint) != faint)
            continue;
        const std::optional<Hit> found = hit(data, i, x, slack);
        if (found && (!best || found->distance < best->distance))
            best = found;
    }
    return best;
}

bool hasLine(const PlotData &data, const QString &name)
{
    return std::any_of(data.lines()->begin(), data.lines()->end(),
                       [&](const PlotLine &line) { return line.name == name; });
}

/// As the line has it, also where a logarithmic axis shows nothing.
double originalY(const PlotData &data, const Hit &hit)
{
    const PlotLine &line = (*data.lines())[hit.line];
    const std::size_t size = std::min(line.x.size(), line.y.size());
    return line.y[size - data.x(hit.line).size() + hit.point];
}

PlotReadOut::Row lineRow(const PlotData &data, const PlotText &text, const QString &name, double x, double slack)
{
    PlotReadOut::Row row{.name = name, .value = QStringLiteral("–")};
    const auto first = std::find_if(data.lines()->begin(), data.lines()->end(),
                                    [&](const PlotLine &line) { return line.name == name; });
    row.colour = first->colour;
    const std::optional<Hit> raw = bestHit(data, name, true, x, slack);
    std::optional<Hit> main = bestHit(data, name, false, x, slack);
    const bool both = raw && main;
    if (!main)
        main = raw;
    if (!main)
        return row;
    const double y = originalY(data, *main);
    row.colour = (*data.lines())[main->line].colour;
    row.value = plotNumber(y, text.y.numbers);
    row.point = QPointF(data.x(main->line)[main->point], y);
    if (both)
        row.value = tr("%1 (raw %2)").arg(row.value, plotNumber(originalY(data, *raw), text.y.numbers));
    return row;
}

std::optional<std::size_t> binAt(const PlotBars &bars, double x)
{
    if (bars.edges.size() < 2 || bars.heights.size() + 1 < bars.edges.size() || !(x >= bars.edges.front())
        || !(x <= bars.edges.back()))
        return std::nullopt;
    const auto after = std::upper_bound(bars.edges.begin(), bars.edges.end() - 1, x);
    return static_cast<std::size_t>(after - bars.edges.begin()) - 1;
}

PlotReadOut::Row barRow(const PlotBars &bars, const PlotText &text, double x)
{
    PlotReadOut::Row row{.name = bars.name, .colour = bars.colour, .value = QStringLiteral("–"), .isBar = true};
    const std::optional<std::size_t> bin = binAt(bars, x);
    if (!bin)
        return row;
    if (text.x.numbers == PlotNumbers::Names) {
        row.value = plotNumber(bars.heights[*bin], text.y.numbers);
        if (!text.y.label.isEmpty())
            row.value = tr("%1: %2").arg(text.y.label, row.value);
        return row;
    }
    row.value = tr("%1 in %2 … %3")
                    .arg(plotNumber(bars.heights[*bin], text.y.numbers), plotNumber(bars.edges[*bin], text.x.numbers),
                         plotNumber(bars.edges[*bin + 1], text.x.numbers));
    return row;
}

}  // namespace

QStringList PlotReadOut::lines() const
{
    QStringList lines;
    for (const Row &row : rows)
        lines.append(row.name.isEmpty() ? row.value : QStringLiteral("%1: %2").arg(row.name, row.value));
    return lines;
}

std::optional<double> nearestX(const PlotData &data, double x)
{
    std::optional<double> best;
    const double at = data.xScale().toAxis(x);
    for (std::size_t i = 0; i < data.lines()->size(); ++i) {
        const std::span<const double> xs = data.x(i);
        if (xs.empty() || !data.isShown((*data.lines())[i].name))
            continue;
        const double found = xs[nearestPoint(xs, x)];
        if (!best || std::abs(data.xScale().toAxis(found) - at) < std::abs(data.xScale().toAxis(*best) - at))
            best = found;
    }
    if (best)
        return best;
    const bool hasBars = std::any_of(data.bars().begin(), data.bars().end(), [&](const PlotBars &bars) {
        return data.isShown(bars.name) && binAt(bars, x).has_value();
    });
    return hasBars ? std::optional(x) : std::nullopt;
}

PlotReadOut readOutAt(const PlotData &data, const PlotText &text, double x, double slack)
{
    PlotReadOut readOut{.x = x, .heading = plotNumber(x, text.x.numbers)};
    if (text.x.numbers == PlotNumbers::Names)
        readOut.heading = text.x.names.value(static_cast<qsizetype>(std::floor(x)));
    else if (!text.x.label.isEmpty())
        readOut.heading = tr("%1: %2").arg(text.x.label, readOut.heading);
    for (const QString &name : data.names()) {
        if (!data.isShown(name))
            continue;
        const auto bars = std::find_if(data.bars().begin(), data.bars().end(),
                                       [&](const PlotBars &some) { return some.name == name; });
        if (bars != data.bars().end())
            readOut.rows.push_back(barRow(*bars, text, x));
        else if (hasLine(data, name))
            readOut.rows.push_back(lineRow(data, text, name, x, slack));
    }
    return readOut;
}

}  // namespace waypoint

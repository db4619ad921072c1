// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/curve_lines.h"

#include "ui/views/plot_colors.h"

#include <QtCore/QCoreApplication>
#include <QtGui/QPalette>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

constexpr double kPalerStep = 0.28;
constexpr double kPalest = 0.6;

PlotAxis axisOf(CurveX x, const TimeUnit &unit)
{
    switch (x) {
    case CurveX::Step:
        return {curveXName(x), PlotNumbers::Integer, false};
    case CurveX::Epoch:
        return {curveXName(x), PlotNumbers::Plain, false};
    case CurveX::WallTime:
        return {curveXName(x), PlotNumbers::Time, false};
    case CurveX::RelativeTime:
        return {curveXName(x) + QStringLiteral(" (%1)").arg(unit.name), PlotNumbers::Plain, false};
    }
    return {};
}

QColor mixed(const QColor &colour, const QColor &towards, double share)
{
    const auto between = [share](int a, int b) { return static_cast<int>(a + (b - a) * share); };
    return {between(colour.red(), towards.red()), between(colour.green(), towards.green()),
            between(colour.blue(), towards.blue())};
}

QColor colourOf(const BoardLine &line, const QPalette &palette)
{
    return mixed(colors::plotLine(line.colour, palette), palette.color(QPalette::Base),
                 std::min(line.shade * kPalerStep, kPalest));
}

PlotLine::Style styleOf(BoardLine::Style style)
{
    switch (style) {
    case BoardLine::Style::Solid:
        return PlotLine::Style::Solid;
    case BoardLine::Style::Dashed:
        return PlotLine::Style::Dashed;
    case BoardLine::Style::Faint:
        return PlotLine::Style::Faint;
    }
    return {};
}

}  // namespace

PlotText plotText(const BoardPlot &plot, CurveX x, const TimeUnit &unit, bool logarithmic)
{
    const QString empty = QCoreApplication::translate("curves", "Nothing to draw here");
    return {plot.title, axisOf(x, unit), {plot.yLabel, PlotNumbers::Plain, logarithmic}, empty};
}

std::vector<PlotLine> plotLines(BoardPlot &plot, const QPalette &palette)
{
    std::vector<PlotLine> lines;
    lines.reserve(plot.lines.size());
    for (BoardLine &line : plot.lines)
        lines.push_back({line.name, colourOf(line, palette), styleOf(line.style), line.steps, std::move(line.x),
                         std::move(line.y)});
    return lines;
}

std::vector<PlotMark> plotMarks(const std::vector<BoardMark> &marks)
{
    std::vector<PlotMark> drawn;
    drawn.reserve(marks.size());
    for (const BoardMark &mark : marks)
        drawn.push_back({PlotMark::Kind::Checkpoint, mark.x, mark.y, mark.label, mark.toolTip});
    return drawn;
}

}  // namespace waypoint

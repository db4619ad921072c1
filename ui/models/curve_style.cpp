// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_style.h"

#include "ui/models/curve_names.h"

#include <algorithm>

namespace waypoint {

namespace {

bool isHeldOut(const QString &curve)
{
    const CurvePhase phase = curvePhase(curve);
    return phase == CurvePhase::Validation || phase == CurvePhase::Test;
}

}  // namespace

void styleByCurve(BoardLine &line, const BoardPlot &plot)
{
    if (plot.lines.empty())
        line.colour = isHeldOut(line.curve) ? 1 : 0;
    else
        line.colour = plot.lines.back().colour + 1;
}

void styleByRun(BoardLine &line, const BoardPlot &plot, int colour)
{
    line.colour = colour;
    line.style = isHeldOut(line.curve) ? BoardLine::Style::Dashed : BoardLine::Style::Solid;
    line.shade = static_cast<int>(std::count_if(plot.lines.begin(), plot.lines.end(), [&](const BoardLine &other) {
        return other.colour == line.colour && other.style == line.style;
    }));
}

}  // namespace waypoint

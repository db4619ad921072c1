// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/curves_text.h"

#include "app/inspect/text_layout.h"
#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace waypoint {

namespace {

constexpr std::size_t kMostNameColumns = 44;
constexpr std::size_t kShapeColumns = 24;

struct Extremes
{
    std::size_t lowest = 0;
    std::size_t highest = 0;
};

/// Of the finite values; nothing where there is none.
std::optional<Extremes> extremesOf(const std::vector<double> &y)
{
    std::optional<Extremes> found;
    for (std::size_t i = 0; i < y.size(); ++i) {
        if (!std::isfinite(y[i]))
            continue;
        if (!found)
            found = Extremes{i, i};
        else if (y[i] < y[found->lowest])
            found->lowest = i;
        else if (y[i] > y[found->highest])
            found->highest = i;
    }
    return found;
}

std::string number(double value) { return fmt::format("{:.6g}", value); }

std::string placeText(const Curve &curve, std::size_t i)
{
    return curve.axis == CurveAxis::Time ? fmt::format("{:.0f}", curve.x[i]) : fmt::format("{:.10g}", curve.x[i]);
}

std::string at(const Curve &curve, std::size_t i) { return number(curve.y[i]) + " at " + placeText(curve, i); }

using Row = std::array<std::string, 7>;

Row rowOf(const Curve &curve)
{
    Row row{printable(curve.name),
            groupedDigits(curve.y.size()),
            number(curve.y.front()),
            number(curve.y.back()),
            "",
            "",
            ""};
    if (const auto extremes = extremesOf(curve.y)) {
        row[4] = at(curve, extremes->lowest);
        row[5] = at(curve, extremes->highest);
        row[6] = shapeText(curve.y, curve.y[extremes->lowest], curve.y[extremes->highest], kShapeColumns);
    }
    return row;
}

/// Curves on one axis as a table.
void writeTable(const RunCurves &run, CurveAxis axis, const std::function<void(std::string_view)> &write)
{
    std::vector<Row> rows{
        {fmt::format("over the {}", curveAxisName(axis)), "points", "first", "last", "lowest", "highest", ""}};
    for (const Curve &curve : run.curves)
        if (curve.axis == axis && !curve.y.empty())
            rows.push_back(rowOf(curve));
    if (rows.size() == 1)
        return;
    std::array<std::size_t, 7> widths{};
    for (const Row &row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], displayWidth(row[i]));
    widths[0] = std::min(widths[0], kMostNameColumns);
    write("\n");
    for (const Row &row : rows) {
        std::string line;
        for (std::size_t i = 0; i + 1 < row.size(); ++i)
            line += fitted(row[i], widths[i], true) + "  ";
        line += row.back();
        line.erase(line.find_last_not_of(' ') + 1);
        write(line + '\n');
    }
}

}  // namespace

void writeCurvesText(const RunCurves &run, const std::function<void(std::string_view)> &write)
{
    write(printable(run.source.string(), 1000) + '\n');
    write(fmt::format("{}: {} {}", run.kind, groupedDigits(run.curves.size()),
                      run.curves.size() == 1 ? "curve" : "curves"));
    if (!run.marks.empty())
        write(fmt::format(", {} {}", groupedDigits(run.marks.size()),
                          run.marks.size() == 1 ? "checkpoint" : "checkpoints"));
    write("\n");
    for (const CurveAxis axis : {CurveAxis::Step, CurveAxis::Epoch, CurveAxis::Time})
        writeTable(run, axis, write);
    if (!run.warnings.empty())
        write("\n");
    for (const std::string &warning : run.warnings)
        write("Warning: " + printable(warning, 1000) + '\n');
}

}  // namespace waypoint

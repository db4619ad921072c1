// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_marks.h"

#include "ui/models/curve_names.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace waypoint {

namespace {

// Beyond so many, names on the plot would cover each other.
constexpr std::size_t kMostLabels = 6;

QString tr(const char *text) { return QCoreApplication::translate("curves", text); }

bool isOf(const BoardLine &line, const BoardRun &run)
{
    return line.style != BoardLine::Style::Faint && line.run == run.title;
}

const BoardLine *lineFor(const BoardPlot &plot, const BoardRun &run)
{
    const BoardLine *first = nullptr;
    for (const BoardLine &line : plot.lines) {
        if (!isOf(line, run))
            continue;
        if (curvePhase(line.curve) == CurvePhase::Validation)
            return &line;
        if (!first)
            first = &line;
    }
    return first;
}

/// The height of a line at x; of its nearer end outside of it.
double heightAt(const BoardLine &line, double x)
{
    const auto after = std::lower_bound(line.x.begin(), line.x.end(), x);
    if (after == line.x.end())
        return line.y.back();
    const auto i = static_cast<std::size_t>(after - line.x.begin());
    if (i == 0 || line.x[i] == x || line.x[i] == line.x[i - 1])
        return line.y[i];
    const double part = (x - line.x[i - 1]) / (line.x[i] - line.x[i - 1]);
    return line.y[i - 1] + part * (line.y[i] - line.y[i - 1]);
}

QString placeOf(const CurveMark &mark)
{
    QStringList parts;
    if (std::isfinite(mark.epoch))
        parts << tr("epoch %1").arg(text::number(mark.epoch));
    if (std::isfinite(mark.step))
        parts << tr("step %1").arg(text::number(mark.step));
    return parts.join(QStringLiteral(" · "));
}

QString toolTipOf(const CurveMark &mark)
{
    const QStringList lines{text::fromPath(mark.file.filename()), placeOf(mark), tr("Click to open this checkpoint")};
    return lines.join(QLatin1Char('\n'));
}

bool isBest(const BoardMark &mark) { return mark.file.stem() == "best"; }

/// Where dots crowd, the first have the room.
bool isMoreWanted(const BoardMark &a, const BoardMark &b) { return isBest(a) != isBest(b) ? isBest(a) : a.x > b.x; }

}  // namespace

void addMarks(CurveBoard &board, const BoardRun &run, double start)
{
    for (BoardPlot &plot : board.plots) {
        const BoardLine *line = lineFor(plot, run);
        if (!line)
            continue;
        const auto first = std::ssize(plot.marks);
        for (const CurveMark &mark : run.curves->marks) {
            const double x = markPosition(mark, *run.curves, board.x, start) / board.unit.seconds;
            const double y = std::isfinite(x) ? heightAt(*line, x) : x;
            if (!std::isfinite(y))
                continue;
            const QString label = run.curves->marks.size() > kMostLabels ? QString() : text::fromPath(mark.file.stem());
            plot.marks.push_back({line->id(), x, y, label, toolTipOf(mark), mark.file});
        }
        std::stable_sort(plot.marks.begin() + first, plot.marks.end(), isMoreWanted);
        return;
    }
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_board.h"

#include "core/metrics/curve_shapes.h"
#include "ui/models/curve_marks.h"
#include "ui/models/curve_names.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <set>

namespace waypoint {

namespace {

// Each plot is a widget; a log with thousands of names is narrowed by the filter.
constexpr std::size_t kMostPlots = 40;

QString tr(const char *text) { return QCoreApplication::translate("curves", text); }

/// A curve of a run that passes the filter.
struct Chosen
{
    std::size_t run = 0;
    const Curve *curve = nullptr;
    QString name;
    QString id;
};

bool passes(const QString &id, const QStringList &words)
{
    return std::all_of(words.begin(), words.end(),
                       [&](const QString &word) { return id.contains(word, Qt::CaseInsensitive); });
}

std::vector<Chosen> chosenCurves(const std::vector<BoardRun> &runs, const QString &filter)
{
    const QStringList words = filter.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    std::vector<Chosen> chosen;
    for (std::size_t run = 0; run < runs.size(); ++run) {
        for (const Curve &curve : runs[run].curves->curves) {
            const QString name = text::fromUtf8(curve.name);
            const QString id = runs[run].title + QStringLiteral(" · ") + name;
            if (!curve.y.empty() && passes(id, words))
                chosen.push_back({run, &curve, name, id});
        }
    }
    return chosen;
}

std::size_t countOver(const std::vector<Chosen> &chosen, CurveX x)
{
    return static_cast<std::size_t>(
        std::count_if(chosen.begin(), chosen.end(), [x](const Chosen &one) { return hasX(*one.curve, x); }));
}

void chooseX(CurveBoard &board, const std::vector<Chosen> &chosen, std::optional<CurveX> wanted)
{
    std::size_t most = 0;
    for (const CurveX x : kCurveXs) {
        const std::size_t count = countOver(chosen, x);
        if (count > 0)
            board.available.push_back(x);
        if (count > most)
            board.x = x;
        most = std::max(most, count);
    }
    if (wanted && std::find(board.available.begin(), board.available.end(), *wanted) != board.available.end())
        board.x = *wanted;
}

/// Accuracies as fractions and as percentages do not fit one axis.
bool isPercent(const Curve &curve)
{
    return std::any_of(curve.y.begin(), curve.y.end(), [](double y) { return y > 1.5; });
}

BoardPlot plotFor(const Chosen &one)
{
    switch (const CurveKind kind = curveKind(one.curve->name)) {
    case CurveKind::Loss:
        return {QStringLiteral("loss"), kind, tr("Loss"), tr("Loss"), {}, {}};
    case CurveKind::Accuracy:
        if (isPercent(*one.curve))
            return {QStringLiteral("accuracy%"), kind, tr("Accuracy (%)"), tr("Accuracy (%)"), {}, {}};
        return {QStringLiteral("accuracy"), kind, tr("Accuracy"), tr("Accuracy"), {}, {}};
    case CurveKind::LearningRate:
        return {QStringLiteral("lr"), kind, tr("Learning rate"), tr("Learning rate"), {}, {}};
    case CurveKind::Other:
        break;
    }
    const QString subject = curveSubject(one.name);
    return {QStringLiteral("other/") + subject, CurveKind::Other, subject, subject, {}, {}};
}

/// Null where there are too many plots already.
BoardPlot *plotOf(CurveBoard &board, const Chosen &one, std::set<QString> &surplus)
{
    BoardPlot wanted = plotFor(one);
    const auto found = std::find_if(board.plots.begin(), board.plots.end(),
                                    [&](const BoardPlot &plot) { return plot.key == wanted.key; });
    if (found != board.plots.end())
        return &*found;
    if (board.plots.size() >= kMostPlots && wanted.kind == CurveKind::Other) {
        surplus.insert(wanted.key);
        return nullptr;
    }
    return &board.plots.emplace_back(std::move(wanted));
}

bool isRest(CurvePhase phase) { return phase == CurvePhase::Validation || phase == CurvePhase::Test; }

/// Colour is the curve: training samples first, so that validation looks the same in a plot without training.
void dressByCurve(BoardLine &line, const BoardPlot &plot, const QString &name)
{
    if (plot.lines.empty())
        line.colour = isRest(curvePhase(name)) ? 1 : 0;
    else
        line.colour = plot.lines.back().colour + 1;
}

/// Colour is the run: validation is dashed, further lines of one look paler.
void dressByRun(BoardLine &line, const BoardPlot &plot, const BoardRun &run, const QString &name)
{
    line.colour = run.colour;
    line.style = isRest(curvePhase(name)) ? BoardLine::Style::Dashed : BoardLine::Style::Solid;
    line.shade = static_cast<int>(std::count_if(plot.lines.begin(), plot.lines.end(), [&](const BoardLine &other) {
        return other.colour == line.colour && other.style == line.style;
    }));
}

void scaleX(CurvePoints &points, double unit)
{
    if (unit != 1)
        for (double &x : points.x)
            x /= unit;
}

TimeUnit unitOf(const std::vector<Chosen> &chosen, CurveX x, const std::vector<double> &starts)
{
    if (x != CurveX::RelativeTime)
        return {};
    double longest = 0;
    for (const Chosen &one : chosen)
        for (const double time : one.curve->on(CurveAxis::Time))
            longest = std::fmax(longest, time - starts[one.run]);
    return timeUnit(longest);
}

/// The line, and the raw one behind it where it is smoothed.
void addLines(BoardPlot &plot, BoardLine line, CurvePoints points, double smoothing)
{
    line.steps = plot.kind == CurveKind::LearningRate;
    if (smoothing <= 0 || line.steps || points.y.size() < 3) {
        line.x = std::move(points.x);
        line.y = std::move(points.y);
        plot.lines.push_back(std::move(line));
        return;
    }
    BoardLine raw = line;
    raw.style = BoardLine::Style::Faint;
    line.x = points.x;
    line.y = smoothed(points.y, smoothing);
    raw.x = std::move(points.x);
    raw.y = std::move(points.y);
    plot.lines.push_back(std::move(raw));
    plot.lines.push_back(std::move(line));
}

void sortPlots(CurveBoard &board)
{
    std::stable_sort(board.plots.begin(), board.plots.end(), [](const BoardPlot &a, const BoardPlot &b) {
        const auto rank = [](CurveKind kind) { return kind == CurveKind::LearningRate ? 9 : static_cast<int>(kind); };
        return rank(a.kind) < rank(b.kind);
    });
}

}  // namespace

CurveBoard buildBoard(const std::vector<BoardRun> &runs, const BoardOptions &options, const std::stop_token &stop)
{
    CurveBoard board;
    const std::vector<Chosen> chosen = chosenCurves(runs, options.filter);
    chooseX(board, chosen, options.x);
    std::vector<double> starts;
    for (const BoardRun &run : runs)
        starts.push_back(startTime(*run.curves));
    board.unit = unitOf(chosen, board.x, starts);
    std::set<QString> surplus;
    for (const Chosen &one : chosen) {
        if (stop.stop_requested())
            return {};
        CurvePoints points = pointsOver(*one.curve, board.x, starts[one.run]);
        if (points.x.empty()) {
            board.leftOut << (runs.size() > 1 ? one.id : one.name);
            continue;
        }
        BoardPlot *plot = plotOf(board, one, surplus);
        if (!plot)
            continue;
        scaleX(points, board.unit.seconds);
        ++board.curves;
        board.points += points.x.size();
        BoardLine line{.id = one.id, .name = runs.size() > 1 ? one.id : one.name};
        if (runs.size() > 1)
            dressByRun(line, *plot, runs[one.run], one.name);
        else
            dressByCurve(line, *plot, one.name);
        addLines(*plot, std::move(line), std::move(points), options.smoothing);
    }
    board.surplusPlots = surplus.size();
    sortPlots(board);
    for (std::size_t run = 0; run < runs.size(); ++run)
        addMarks(board, runs[run], starts[run]);
    return board;
}

}  // namespace waypoint

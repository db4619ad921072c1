// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_board.h"

#include "core/metrics/curve_shapes.h"
#include "ui/models/curve_marks.h"
#include "ui/models/curve_names.h"
#include "ui/models/curve_style.h"
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
            if (time - starts[one.run] > longest)
                longest = time - starts[one.run];
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

void extend(std::optional<std::pair<double, double>> &extent, const std::vector<double> &x)
{
    const std::pair own(x.front(), x.back());
    extent = extent ? std::pair(std::min(extent->first, own.first), std::max(extent->second, own.second)) : own;
}

/// A plot of one quantity is named after it, rather than after what would come beside it.
void nameSinglePlots(CurveBoard &board)
{
    for (BoardPlot &plot : board.plots) {
        if (plot.kind != CurveKind::Other)
            continue;
        const auto quantity = [](const BoardLine &line) { return curveQuantity(line.curve); };
        const QString first = quantity(plot.lines.front());
        if (std::all_of(plot.lines.begin(), plot.lines.end(),
                        [&](const BoardLine &line) { return quantity(line) == first; })) {
            plot.title = first;
            plot.yLabel = first.section(QLatin1Char('/'), -1);
        }
    }
}

void sortPlots(CurveBoard &board)
{
    std::stable_sort(board.plots.begin(), board.plots.end(), [](const BoardPlot &a, const BoardPlot &b) {
        const auto rank = [](CurveKind kind) { return kind == CurveKind::LearningRate ? 9 : static_cast<int>(kind); };
        return rank(a.kind) < rank(b.kind);
    });
}

/// Collects the curves of all runs, one after the other.
class BoardBuilder final
{
public:
    BoardBuilder(const std::vector<BoardRun> &runs, const BoardOptions &options) : m_runs(runs), m_options(options) {}

    CurveBoard build(const std::stop_token &stop)
    {
        const std::vector<Chosen> chosen = chosenCurves(m_runs, m_options.filter);
        chooseX(m_board, chosen, m_options.x);
        for (const BoardRun &run : m_runs)
            m_starts.push_back(startTime(*run.curves));
        m_board.unit = unitOf(chosen, m_board.x, m_starts);
        for (const Chosen &one : chosen) {
            if (stop.stop_requested())
                return {};
            add(one);
        }
        finish();
        return std::move(m_board);
    }

private:
    void add(const Chosen &one)
    {
        CurvePoints points = pointsOver(*one.curve, m_board.x, m_starts[one.run]);
        if (points.x.empty()) {
            m_board.leftOut << legendName(one);
            return;
        }
        BoardPlot *plot = plotOf(one);
        if (!plot)
            return;
        scaleX(points, m_board.unit.seconds);
        ++m_board.curves;
        m_board.points += points.x.size();
        extend(m_board.extent, points.x);
        BoardLine line{.run = m_runs[one.run].title, .curve = one.name, .name = legendName(one)};
        if (m_runs.size() > 1)
            styleByRun(line, *plot, m_runs[one.run].colour);
        else
            styleByCurve(line, *plot);
        addLines(*plot, std::move(line), std::move(points), m_options.smoothing);
    }

    /// Null where there are too many plots already.
    BoardPlot *plotOf(const Chosen &one)
    {
        BoardPlot wanted = plotFor(one);
        const auto found = std::find_if(m_board.plots.begin(), m_board.plots.end(),
                                        [&](const BoardPlot &plot) { return plot.key == wanted.key; });
        if (found != m_board.plots.end())
            return &*found;
        if (m_board.plots.size() >= kMostPlots && wanted.kind == CurveKind::Other) {
            m_surplus.insert(wanted.key);
            return nullptr;
        }
        return &m_board.plots.emplace_back(std::move(wanted));
    }

    [[nodiscard]] QString legendName(const Chosen &one) const { return m_runs.size() > 1 ? one.id : one.name; }

    void finish()
    {
        m_board.surplusPlots = m_surplus.size();
        sortPlots(m_board);
        nameSinglePlots(m_board);
        for (std::size_t run = 0; run < m_runs.size(); ++run)
            addMarks(m_board, m_runs[run], m_starts[run]);
    }

    const std::vector<BoardRun> &m_runs;
    const BoardOptions &m_options;
    CurveBoard m_board;
    std::vector<double> m_starts;  ///< of the runs
    std::set<QString> m_surplus;
};

}  // namespace

CurveBoard buildBoard(const std::vector<BoardRun> &runs, const BoardOptions &options, const std::stop_token &stop)
{
    return BoardBuilder(runs, options).build(stop);
}

}  // namespace waypoint

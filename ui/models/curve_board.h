// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/curve_axis.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace waypoint {

/// A run as it goes onto the board.
struct BoardRun
{
    QString title;
    int colour = 0;  ///< its place among the colours of lines, where several runs are shown
    RunCurvesPtr curves;
};

struct BoardOptions
{
    std::optional<CurveX> x;  ///< nothing, or what no curve has: the one that most curves have
    double smoothing = 0;     ///< weight of what came before, in [0, 1)
    QString filter;           ///< only curves with all of these words in their name; empty: all
};

struct BoardLine
{
    enum class Style : std::uint8_t { Solid, Dashed, Faint };
    QString run;
    QString curve;
    QString name;  ///< of the legend: without the run where there is one only
    int colour = 0;
    int shade = 0;  ///< 0: as it is; more: further lines of one colour and style
    Style style = Style::Solid;
    bool steps = false;
    std::vector<double> x;  ///< rising
    std::vector<double> y;

    /// "run · loss/train", whatever is shown beside it.
    [[nodiscard]] QString id() const { return run + QStringLiteral(" · ") + curve; }
};

/// A checkpoint on a line.
struct BoardMark
{
    QString lineId;
    double x = 0;
    double y = 0;
    QString label;
    QString toolTip;
    std::filesystem::path file;
};

struct BoardPlot
{
    QString key;  ///< the same plot after more data came
    CurveKind kind = CurveKind::Other;
    QString title;
    QString yLabel;
    std::vector<BoardLine> lines;
    std::vector<BoardMark> marks;
};

/// Everything the page draws, made on a worker thread and only handed over by the window's.
struct CurveBoard
{
    CurveX x = CurveX::Step;
    TimeUnit unit;  ///< of x, where that is a time since the start
    std::vector<CurveX> available;
    std::vector<BoardPlot> plots;                     ///< losses, accuracies, others; learning rates last
    std::optional<std::pair<double, double>> extent;  ///< of x, all lines together
    QStringList leftOut;                              ///< names of curves that do not tell their x
    std::size_t curves = 0;                           ///< drawn ones
    std::size_t points = 0;                           ///< of them, before smoothing
    std::size_t surplusPlots = 0;                     ///< beyond what is drawn
};

/// Sorts the curves of all runs into plots. Empty where it was stopped.
[[nodiscard]] CurveBoard buildBoard(const std::vector<BoardRun> &runs, const BoardOptions &options,
                                    const std::stop_token &stop = {});

}  // namespace waypoint

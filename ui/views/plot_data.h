// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curve_shapes.h"
#include "ui/views/plot.h"
#include "ui/views/plot_frame.h"

#include <QtCore/QSet>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace waypoint {

/// Lines and bars, with what makes drawing a million points quick, and how far they reach. What is worked out about
/// the numbers is worked out when it is first asked for: data that arrives faster than it is drawn costs nothing.
class PlotData final
{
public:
    using Lines = std::shared_ptr<const std::vector<PlotLine>>;

    void setLines(std::vector<PlotLine> lines);
    void setBars(std::vector<PlotBars> bars) { m_bars = std::move(bars); }
    void setHidden(const QStringList &names);
    void setScales(const PlotScale &x, const PlotScale &y);

    [[nodiscard]] const Lines &lines() const { return m_lines; }
    [[nodiscard]] const std::vector<PlotBars> &bars() const { return m_bars; }
    [[nodiscard]] const PlotScale &xScale() const { return m_xScale; }
    [[nodiscard]] const PlotScale &yScale() const { return m_yScale; }
    [[nodiscard]] bool isShown(const QString &name) const { return !m_hidden.contains(name); }
    [[nodiscard]] bool isEmpty() const;
    /// Names of lines and bars in their order, each once; an unnamed line is an empty name.
    [[nodiscard]] QStringList names() const;

    /// Numbers of the shown lines that a logarithmic axis cannot show.
    [[nodiscard]] std::size_t leftOut() const;
    /// Of what is shown, or of everything where all is hidden. None without a drawable point.
    [[nodiscard]] std::optional<PlotRange> xRange() const;
    [[nodiscard]] std::optional<PlotRange> yRange(const PlotRange &x) const;
    /// Which points of a line to draw, as indices of x() and y().
    [[nodiscard]] std::vector<std::size_t> points(std::size_t line, const PlotRange &x, std::size_t columns) const;
    /// The points of a line that the axes can show; y is not finite where they cannot.
    [[nodiscard]] std::span<const double> x(std::size_t line) const;
    [[nodiscard]] std::span<const double> y(std::size_t line) const;

private:
    struct Ready
    {
        std::size_t first = 0;  // points before it have no place on a logarithmic axis
        std::size_t leftOut = 0;
        std::vector<double> cleaned;  // y without what a logarithmic axis cannot show, where there is such
        CurveExtremes extremes;       // of the points from first on
    };

    void prepare() const;
    [[nodiscard]] Ready prepared(const PlotLine &line) const;
    [[nodiscard]] std::optional<PlotRange> lineRange(std::size_t line, const PlotRange &x) const;
    [[nodiscard]] std::optional<PlotRange> barRange(const PlotRange &x) const;

    Lines m_lines = std::make_shared<const std::vector<PlotLine>>();
    std::vector<PlotBars> m_bars;
    QSet<QString> m_hidden;
    PlotScale m_xScale;
    PlotScale m_yScale;
    mutable std::shared_ptr<const std::vector<Ready>> m_ready;  // shared by copies, as the lines are; null: not yet
};

}  // namespace waypoint

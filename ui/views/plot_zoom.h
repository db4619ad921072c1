// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_data.h"

#include <optional>

namespace waypoint {

/// Which part of the data is seen. What nobody chose follows the data: x all of it, y what x shows. Axis coordinates.
class PlotZoom final
{
public:
    [[nodiscard]] bool isZoomed() const { return m_x || m_y; }
    [[nodiscard]] bool isYChosen() const { return m_y.has_value(); }
    [[nodiscard]] const PlotRange &x() const { return m_shownX; }
    [[nodiscard]] const PlotRange &y() const { return m_shownY; }

    /// Ranges that cannot be drawn are ignored.
    void chooseX(const PlotRange &range);
    void chooseY(const PlotRange &range);
    void scaleX(double factor, double around);
    void scaleY(double factor, double around);
    /// Shares of what is seen. y stays with the data unless it was chosen before.
    void pan(double xShare, double yShare);
    void reset();
    /// In numbers of the x axis: seen at least while nobody chose anything.
    void setWholeX(std::optional<PlotRange> whole) { m_whole = whole; }
    /// Works out what nobody chose.
    void follow(const PlotData &data, const PlotText &text, const std::vector<PlotMark> &marks);

private:
    std::optional<PlotRange> m_x;
    std::optional<PlotRange> m_y;
    std::optional<PlotRange> m_whole;
    PlotRange m_fullX;
    PlotRange m_shownX;
    PlotRange m_shownY;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_canvas.h"
#include "ui/views/plot_legend.h"

#include <QtGui/QImage>

namespace waypoint {

/// A plot as it goes into a report: on white, with title and legend, without the cursor.
class PlotPicture final
{
public:
    /// `size` in pixels of the screen; small ones are made large enough to be read.
    PlotPicture(PlotCanvas &canvas, std::vector<LegendEntry> legend, const QSize &size);

    /// With twice as many pixels as on the screen.
    [[nodiscard]] QImage image();
    /// .png, .svg or .pdf, by the suffix. Empty, or why it could not be written.
    [[nodiscard]] QString write(const QString &path);

private:
    void paint(QCPPainter &painter);
    int paintTitle(QCPPainter &painter) const;
    [[nodiscard]] QRect legendPlace(int top) const;
    void paintLegend(QCPPainter &painter, const QRect &place) const;
    bool writeSvg(QIODevice &file);
    bool writePdf(QIODevice &file);

    PlotCanvas m_canvas;
    std::vector<LegendEntry> m_legend;
    QSize m_size;
};

}  // namespace waypoint

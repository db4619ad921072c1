// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot.h"

#include <QtGui/QColor>

class QPalette;

namespace waypoint {

/// Colours of everything of a plot but its lines.
struct PlotTheme
{
    QColor background;
    QColor text;
    QColor quiet;  ///< numbers of axes
    QColor grid;
    QColor now;
    QColor milestone;
    QColor checkpoint;
    QColor problem;

    [[nodiscard]] static PlotTheme of(const QPalette &palette);
    /// Exported pictures are white, whatever the window is.
    [[nodiscard]] static PlotTheme paper();

    [[nodiscard]] QColor mark(PlotMark::Kind kind) const;
    /// A colour of a line, made darker where the background is too light for it, and the other way round.
    [[nodiscard]] QColor readable(const QColor &line) const;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_data.h"

#include <QtCore/QString>

#include <stop_token>

namespace waypoint {

/// The numbers of what a plot shows, as CSV: undecimated, all digits it takes to read the same doubles again.
///
/// Lines: a column of x, then one for each line; a row for each x of any line, empty where a line has no point there;
/// a line that has an x twice has two rows. Bars: their lower and upper edge and their height.
struct PlotNumbersFile
{
    PlotData data;
    PlotText text;

    /// Empty, or why it could not be written: then the old file is as it was. Any thread.
    [[nodiscard]] QString write(const QString &path, const std::stop_token &stop = {}) const;
};

}  // namespace waypoint

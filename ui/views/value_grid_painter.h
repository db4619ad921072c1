// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/cell_pages.h"
#include "ui/models/number_format.h"
#include "ui/views/value_grid_geometry.h"

#include <QtGui/QPalette>

class QPainter;

namespace waypoint {

/// All that a table of numbers looks like at one moment.
struct ValueGridPicture
{
    const ValueGridGeometry &geometry;
    const TensorGrid &grid;
    const CellPages &pages;
    NumberFormat format;
    CellRect selection;
    Cell current;
    bool hasFocus = false;
    double tintTo = 0;         ///< size of the number with the strongest background; 0: no backgrounds
    bool showsMissing = true;  ///< grey bars where nothing has been read yet
    QPalette palette;
};

/// Headers, values, selection. NaN and infinities stand out, zeros step back, places not read yet are grey bars.
void paintValueGrid(QPainter &painter, const ValueGridPicture &picture);

}  // namespace waypoint

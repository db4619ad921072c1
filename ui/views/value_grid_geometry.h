// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/tensor_grid.h"

#include <QtCore/QRect>
#include <QtCore/QSize>

namespace waypoint {

/// Where the cells of a table of numbers stand on the screen, in pixels of its viewport. All rows are equally high, all
/// columns equally wide: the place of the billionth row is a product, not a sum. A plain value.
struct ValueGridGeometry
{
    QSize viewport;
    int rowHeight = 20;
    int columnWidth = 80;
    int rowHeaderWidth = 40;
    int headerHeight = 22;
    std::int64_t topRow = 0;
    std::int64_t leftColumn = 0;

    /// Rows and columns that are seen whole; at least 1.
    [[nodiscard]] std::int64_t wholeRows() const;
    [[nodiscard]] std::int64_t wholeColumns() const;
    /// What is seen of `all`, also in part.
    [[nodiscard]] CellRect visible(const CellRect &all) const;
    /// Requires: the cell is near what is seen.
    [[nodiscard]] QRect rectOf(Cell cell) const;
    /// The cell below a point, or the nearest of `all`. Requires: `all` is not empty.
    [[nodiscard]] Cell nearest(QPoint point, const CellRect &all) const;
    [[nodiscard]] bool isInRowHeader(QPoint point) const { return point.x() < rowHeaderWidth; }
    [[nodiscard]] bool isInColumnHeader(QPoint point) const { return point.y() < headerHeight; }
    /// Whether a point lies on a cell of `all`.
    [[nodiscard]] bool isOnCell(QPoint point, const CellRect &all) const;
};

}  // namespace waypoint

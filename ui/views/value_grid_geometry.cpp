// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/value_grid_geometry.h"

#include <algorithm>

namespace waypoint {

namespace {

// Rounds down, also below zero: a point left of the first column lies in column -1.
std::int64_t floorDivide(int pixels, int size) { return pixels >= 0 ? pixels / size : -((size - 1 - pixels) / size); }

}  // namespace

std::int64_t ValueGridGeometry::wholeRows() const
{
    return std::max(1, (viewport.height() - headerHeight) / rowHeight);
}

std::int64_t ValueGridGeometry::wholeColumns() const
{
    return std::max(1, (viewport.width() - rowHeaderWidth) / columnWidth);
}

CellRect ValueGridGeometry::visible(const CellRect &all) const
{
    const int height = std::max(0, viewport.height() - headerHeight);
    const int width = std::max(0, viewport.width() - rowHeaderWidth);
    const CellRect seen{topRow, leftColumn, (height + rowHeight - 1) / rowHeight,
                        (width + columnWidth - 1) / columnWidth};
    return seen.intersected(all);
}

QRect ValueGridGeometry::rectOf(Cell cell) const
{
    return {rowHeaderWidth + static_cast<int>(cell.column - leftColumn) * columnWidth,
            headerHeight + static_cast<int>(cell.row - topRow) * rowHeight, columnWidth, rowHeight};
}

Cell ValueGridGeometry::nearest(QPoint point, const CellRect &all) const
{
    const std::int64_t row = topRow + floorDivide(point.y() - headerHeight, rowHeight);
    const std::int64_t column = leftColumn + floorDivide(point.x() - rowHeaderWidth, columnWidth);
    return {std::clamp<std::int64_t>(row, 0, all.rows - 1), std::clamp<std::int64_t>(column, 0, all.columns - 1)};
}

bool ValueGridGeometry::isOnCell(QPoint point, const CellRect &all) const
{
    if (all.isEmpty() || isInRowHeader(point) || isInColumnHeader(point))
        return false;
    return rectOf(nearest(point, all)).contains(point);
}

}  // namespace waypoint

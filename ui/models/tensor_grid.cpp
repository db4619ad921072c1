// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tensor_grid.h"

#include "core/base/checked.h"

#include <algorithm>
#include <limits>

namespace waypoint {

namespace {

// Nothing for a shape that holds more elements than positions can count; such views exist, by strides of 0.
std::optional<std::int64_t> elementsOf(const SmallDims &shape)
{
    std::int64_t count = 1;
    for (const std::int64_t dim : shape) {
        const std::optional<std::int64_t> product = checkedMul(count, dim);
        if (!product || dim < 0)
            return std::nullopt;
        count = *product;
    }
    return count;
}

}  // namespace

bool CellRect::contains(Cell cell) const
{
    return cell.row >= row && cell.row - row < rows && cell.column >= column && cell.column - column < columns;
}

CellRect CellRect::intersected(const CellRect &other) const
{
    const std::int64_t top = std::max(row, other.row);
    const std::int64_t left = std::max(column, other.column);
    const std::int64_t bottom = std::min(row + rows, other.row + other.rows);
    const std::int64_t right = std::min(column + columns, other.column + other.columns);
    return {top, left, std::max<std::int64_t>(0, bottom - top), std::max<std::int64_t>(0, right - left)};
}

TensorGrid TensorGrid::ofPlane(const SmallDims &shape, const PlaneWindow &plane)
{
    TensorGrid grid;
    grid.m_shape = shape;
    grid.m_plane = plane;
    grid.m_plane.fixed.resize(shape.size());
    if (elementsOf(shape).value_or(0) == 0)
        return grid;
    grid.m_rows = plane.rowDim ? shape[*plane.rowDim] : 1;
    grid.m_columns = plane.columnDim ? shape[*plane.columnDim] : 1;
    return grid;
}

TensorGrid TensorGrid::wrapped(const SmallDims &shape, std::int64_t columns)
{
    TensorGrid grid;
    grid.m_shape = shape;
    grid.m_isWrapped = true;
    grid.m_count = elementsOf(shape).value_or(0);
    grid.m_columns = std::min(columns, grid.m_count);
    grid.m_rows = grid.m_count == 0 ? 0 : (grid.m_count - 1) / grid.m_columns + 1;
    return grid;
}

bool TensorGrid::holds(Cell cell) const
{
    if (!all().contains(cell))
        return false;
    return !m_isWrapped || cell.row < m_rows - 1 || cell.column < m_count - (m_rows - 1) * m_columns;
}

std::int64_t TensorGrid::count(const CellRect &rect) const
{
    const CellRect inside = rect.intersected(all());
    if (inside.isEmpty())
        return 0;
    const std::int64_t cells =
        checkedMul(inside.rows, inside.columns).value_or(std::numeric_limits<std::int64_t>::max());
    if (!m_isWrapped || inside.row + inside.rows < m_rows)
        return cells;
    const std::int64_t lastRow = m_count - (m_rows - 1) * m_columns;
    const std::int64_t missing = inside.column + inside.columns - std::max(lastRow, inside.column);
    return cells - std::max<std::int64_t>(0, missing);
}

std::int64_t TensorGrid::position(Cell cell) const
{
    return m_isWrapped ? cell.row * m_columns + cell.column : positionOfIndex(m_shape, index(cell));
}

std::vector<std::int64_t> TensorGrid::index(Cell cell) const
{
    if (m_isWrapped)
        return indexOfPosition(m_shape, position(cell));
    std::vector<std::int64_t> index = m_plane.fixed;
    if (m_plane.rowDim)
        index[*m_plane.rowDim] = cell.row;
    if (m_plane.columnDim)
        index[*m_plane.columnDim] = cell.column;
    return index;
}

std::optional<Cell> TensorGrid::cellAt(std::int64_t position) const
{
    if (m_isWrapped)
        return Cell{position / m_columns, position % m_columns};
    const std::vector<std::int64_t> wanted = indexOfPosition(m_shape, position);
    const Cell cell{m_plane.rowDim ? wanted[*m_plane.rowDim] : 0, m_plane.columnDim ? wanted[*m_plane.columnDim] : 0};
    return index(cell) == wanted ? std::optional(cell) : std::nullopt;
}

Result<std::vector<Element>> TensorGrid::read(const NumericTensor &tensor, const CellRect &rect,
                                              const std::stop_token &stop) const
{
    if (m_isWrapped)
        return readWrapped(tensor, rect, stop);
    PlaneWindow window = m_plane;
    window.firstRow = rect.row;
    window.rows = rect.rows;
    window.rowStep = 1;
    window.firstColumn = rect.column;
    window.columns = rect.columns;
    window.columnStep = 1;
    return readWindow(tensor, window, stop);
}

Result<std::vector<Element>> TensorGrid::readWrapped(const NumericTensor &tensor, const CellRect &rect,
                                                     const std::stop_token &stop) const
{
    if (rect.columns == m_columns)
        return readElements(tensor, rect.row * m_columns, count(rect), stop);
    std::vector<Element> elements;
    for (std::int64_t row = rect.row; row < rect.row + rect.rows; ++row) {
        const std::int64_t first = row * m_columns + rect.column;
        const std::int64_t length = std::min(rect.columns, m_count - first);
        if (length <= 0)
            break;
        Result<std::vector<Element>> part = readElements(tensor, first, length, stop);
        if (!part)
            return part.error();
        elements.insert(elements.end(), part->begin(), part->end());
    }
    return elements;
}

}  // namespace waypoint

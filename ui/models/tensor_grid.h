// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_window.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace waypoint {

using NumericTensorPtr = std::shared_ptr<const NumericTensor>;

/// A place in a table of numbers.
struct Cell
{
    std::int64_t row = 0;
    std::int64_t column = 0;

    bool operator==(const Cell &) const = default;
};

/// A rectangle of such places.
struct CellRect
{
    std::int64_t row = 0;
    std::int64_t column = 0;
    std::int64_t rows = 0;
    std::int64_t columns = 0;

    bool operator==(const CellRect &) const = default;
    [[nodiscard]] bool isEmpty() const { return rows <= 0 || columns <= 0; }
    [[nodiscard]] bool contains(Cell cell) const;
    [[nodiscard]] CellRect intersected(const CellRect &other) const;
};

/// Which element of a tensor each cell of a table shows: a plane of a tensor with several dimensions, or the elements
/// of any tensor one after the other, wrapped to a number of columns. A plain value.
class TensorGrid
{
public:
    /// Nothing.
    TensorGrid() = default;
    /// Requires: the dimensions and indices of `plane` are the shape's.
    [[nodiscard]] static TensorGrid ofPlane(const SmallDims &shape, const PlaneWindow &plane);
    /// Requires: columns > 0.
    [[nodiscard]] static TensorGrid wrapped(const SmallDims &shape, std::int64_t columns);

    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    [[nodiscard]] std::int64_t columns() const { return m_columns; }
    [[nodiscard]] CellRect all() const { return {0, 0, m_rows, m_columns}; }
    [[nodiscard]] bool isEmpty() const { return all().isEmpty(); }
    [[nodiscard]] bool isWrapped() const { return m_isWrapped; }
    /// Whether there is an element; the last row of a wrapped tensor may be shorter than the others.
    [[nodiscard]] bool holds(Cell cell) const;
    /// How many elements of `rect` there are.
    [[nodiscard]] std::int64_t count(const CellRect &rect) const;

    /// Row-major position in the tensor. Requires: holds(cell).
    [[nodiscard]] std::int64_t position(Cell cell) const;
    [[nodiscard]] std::vector<std::int64_t> index(Cell cell) const;
    /// Where an element is shown; nothing where it lies in another plane.
    [[nodiscard]] std::optional<Cell> cellAt(std::int64_t position) const;

    /// What stands beside a row: its index, or the position of its first element where the tensor is wrapped.
    [[nodiscard]] std::int64_t rowLabel(std::int64_t row) const { return m_isWrapped ? row * m_columns : row; }

    /// The elements of `rect`, row by row; fewer where the last row ends early. Errors as readWindow.
    /// Requires: `rect` lies within the table.
    [[nodiscard]] Result<std::vector<Element>> read(const NumericTensor &tensor, const CellRect &rect,
                                                    const std::stop_token &stop) const;

private:
    [[nodiscard]] Result<std::vector<Element>> readWrapped(const NumericTensor &tensor, const CellRect &rect,
                                                           const std::stop_token &stop) const;

    SmallDims m_shape;
    PlaneWindow m_plane;
    std::int64_t m_rows = 0;
    std::int64_t m_columns = 0;
    std::int64_t m_count = 0;  ///< elements of a wrapped tensor
    bool m_isWrapped = false;
};

}  // namespace waypoint

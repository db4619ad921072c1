// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QPointF>
#include <QtCore/QRectF>

#include <cstdint>
#include <optional>

namespace waypoint {

/// A row and a column of a plane.
struct PlaneCell
{
    std::int64_t row = 0;
    std::int64_t column = 0;

    bool operator==(const PlaneCell &) const = default;
};

/// Whole rows and columns.
struct CellRange
{
    std::int64_t firstRow = 0;
    std::int64_t rows = 0;
    std::int64_t firstColumn = 0;
    std::int64_t columns = 0;

    bool operator==(const CellRange &) const = default;
    [[nodiscard]] bool contains(const PlaneCell &cell) const
    {
        return cell.row >= firstRow && cell.row - firstRow < rows && cell.column >= firstColumn
               && cell.column - firstColumn < columns;
    }
    [[nodiscard]] bool contains(const CellRange &other) const
    {
        return other.firstRow >= firstRow && other.firstRow + other.rows <= firstRow + rows
               && other.firstColumn >= firstColumn && other.firstColumn + other.columns <= firstColumn + columns;
    }
};

/// Which part of a plane is seen in which rectangle of a widget. A cell is 1 by 1; the plane begins at 0, 0.
class PlaneViewport
{
public:
    /// Keeps the zoom where the plane has the same size.
    void setPlane(std::int64_t rows, std::int64_t columns);
    /// The room there is; small planes and strips take only as much as keeps their cells in shape.
    void setRoom(const QRectF &room);

    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    [[nodiscard]] std::int64_t columns() const { return m_columns; }
    /// Where the plane is drawn, in pixels.
    [[nodiscard]] const QRectF &area() const { return m_area; }
    /// The part that is seen, in cells.
    [[nodiscard]] const QRectF &visible() const { return m_visible; }
    [[nodiscard]] bool isWhole() const;
    [[nodiscard]] double cellWidth() const { return m_area.width() / m_visible.width(); }
    [[nodiscard]] double cellHeight() const { return m_area.height() / m_visible.height(); }
    /// All cells of which something is seen.
    [[nodiscard]] CellRange visibleCells() const;

    [[nodiscard]] std::optional<PlaneCell> cellAt(QPointF pixel) const;
    /// Pixels of a rectangle of cells.
    [[nodiscard]] QRectF pixelsOf(const QRectF &cells) const;

    /// Makes cells `factor` times as large; what is at `pixel` stays there.
    void zoomAt(QPointF pixel, double factor);
    /// Shows what is in a rectangle of pixels.
    void zoomTo(const QRectF &pixels);
    void moveBy(QPointF pixels);
    void showAll();

private:
    [[nodiscard]] QPointF planePoint(QPointF pixel) const;
    void show(QRectF cells);
    void chooseArea();

    std::int64_t m_rows = 1;
    std::int64_t m_columns = 1;
    QRectF m_room{0, 0, 1, 1};
    QRectF m_area{0, 0, 1, 1};
    QRectF m_visible{0, 0, 1, 1};
};

}  // namespace waypoint

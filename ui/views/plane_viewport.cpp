// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plane_viewport.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr double kFewestCells = 3;        // across, at the largest zoom
constexpr std::int64_t kSmallPlane = 64;  // up to here cells are squares: a kernel looks like one
constexpr double kLargestCell = 96;       // pixels, of a small plane
constexpr double kStripHeight = 96;       // pixels, of a single row

}  // namespace

void PlaneViewport::setPlane(std::int64_t rows, std::int64_t columns)
{
    if (rows == m_rows && columns == m_columns)
        return;
    m_rows = std::max<std::int64_t>(rows, 1);
    m_columns = std::max<std::int64_t>(columns, 1);
    showAll();
    chooseArea();
}

void PlaneViewport::setRoom(const QRectF &room)
{
    m_room = room;
    chooseArea();
}

void PlaneViewport::chooseArea()
{
    m_area = {m_room.topLeft(), m_room.size().expandedTo({1, 1})};
    if (m_rows <= kSmallPlane && m_columns <= kSmallPlane) {
        const double cell = std::min({m_area.width() / static_cast<double>(m_columns),
                                      m_area.height() / static_cast<double>(m_rows), kLargestCell});
        m_area.setSize({cell * static_cast<double>(m_columns), cell * static_cast<double>(m_rows)});
    } else if (m_rows == 1) {
        m_area.setHeight(std::min(m_area.height(), kStripHeight));
    } else if (m_columns == 1) {
        m_area.setWidth(std::min(m_area.width(), kStripHeight));
    }
}

bool PlaneViewport::isWhole() const
{
    return m_visible.width() >= static_cast<double>(m_columns) && m_visible.height() >= static_cast<double>(m_rows);
}

CellRange PlaneViewport::visibleCells() const
{
    const auto first = [](double at) { return std::max<std::int64_t>(static_cast<std::int64_t>(std::floor(at)), 0); };
    // A hair's breadth of the next cell is not seen.
    const auto beyond = [](double at, std::int64_t most) {
        return std::min(static_cast<std::int64_t>(std::ceil(at - 1e-6)), most);
    };
    CellRange cells{.firstRow = first(m_visible.top() + 1e-6), .firstColumn = first(m_visible.left() + 1e-6)};
    cells.rows = std::max<std::int64_t>(beyond(m_visible.bottom(), m_rows) - cells.firstRow, 1);
    cells.columns = std::max<std::int64_t>(beyond(m_visible.right(), m_columns) - cells.firstColumn, 1);
    return cells;
}

QPointF PlaneViewport::planePoint(QPointF pixel) const
{
    return {m_visible.left() + (pixel.x() - m_area.left()) / cellWidth(),
            m_visible.top() + (pixel.y() - m_area.top()) / cellHeight()};
}

std::optional<PlaneCell> PlaneViewport::cellAt(QPointF pixel) const
{
    if (!m_area.contains(pixel))
        return std::nullopt;
    const QPointF at = planePoint(pixel);
    return PlaneCell{std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(at.y())), 0, m_rows - 1),
                     std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(at.x())), 0, m_columns - 1)};
}

QRectF PlaneViewport::pixelsOf(const QRectF &cells) const
{
    return {m_area.left() + (cells.left() - m_visible.left()) * cellWidth(),
            m_area.top() + (cells.top() - m_visible.top()) * cellHeight(), cells.width() * cellWidth(),
            cells.height() * cellHeight()};
}

void PlaneViewport::zoomAt(QPointF pixel, double factor)
{
    const QPointF still = planePoint(pixel);
    // A dimension that is at its limit does not hold up the other.
    const auto scaled = [&](double size, double all) {
        return std::clamp(size / factor, std::min(kFewestCells, all), all);
    };
    const double width = scaled(m_visible.width(), static_cast<double>(m_columns));
    const double height = scaled(m_visible.height(), static_cast<double>(m_rows));
    const double shareX = (still.x() - m_visible.left()) / m_visible.width();
    const double shareY = (still.y() - m_visible.top()) / m_visible.height();
    show({still.x() - shareX * width, still.y() - shareY * height, width, height});
}

void PlaneViewport::zoomTo(const QRectF &pixels)
{
    const QRectF inside = pixels.normalized().intersected(m_area);
    if (inside.isEmpty())
        return;
    QRectF cells(planePoint(inside.topLeft()), planePoint(inside.bottomRight()));
    const auto grown = [](double size, double all) { return std::clamp(size, std::min(kFewestCells, all), all); };
    const QPointF centre = cells.center();
    cells.setSize(
        {grown(cells.width(), static_cast<double>(m_columns)), grown(cells.height(), static_cast<double>(m_rows))});
    cells.moveCenter(centre);
    show(cells);
}

void PlaneViewport::moveBy(QPointF pixels)
{
    show(m_visible.translated(-pixels.x() / cellWidth(), -pixels.y() / cellHeight()));
}

void PlaneViewport::showAll() { m_visible = {0, 0, static_cast<double>(m_columns), static_cast<double>(m_rows)}; }

void PlaneViewport::show(QRectF cells)
{
    cells.moveLeft(std::clamp(cells.left(), 0.0, static_cast<double>(m_columns) - cells.width()));
    cells.moveTop(std::clamp(cells.top(), 0.0, static_cast<double>(m_rows) - cells.height()));
    m_visible = cells;
}

}  // namespace waypoint

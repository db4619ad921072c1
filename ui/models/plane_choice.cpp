// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/plane_choice.h"

#include <algorithm>

namespace waypoint {

namespace {

PlaneWindow whole(PlaneWindow plane, const SmallDims &shape)
{
    plane.rows = plane.rowDim ? shape[*plane.rowDim] : 1;
    plane.columns = plane.columnDim ? shape[*plane.columnDim] : 1;
    return plane;
}

}  // namespace

PlaneWindow defaultPlane(const SmallDims &shape)
{
    PlaneWindow plane;
    plane.fixed.resize(shape.size());
    if (!shape.empty())
        plane.columnDim = shape.size() - 1;
    if (shape.size() > 1)
        plane.rowDim = shape.size() - 2;
    return whole(std::move(plane), shape);
}

PlaneWindow carriedOver(const PlaneWindow &plane, const SmallDims &shape)
{
    PlaneWindow carried = defaultPlane(shape);
    if (plane.fixed.size() != shape.size())
        return carried;
    carried.rowDim = plane.rowDim;
    carried.columnDim = plane.columnDim;
    for (std::size_t dim = 0; dim < shape.size(); ++dim)
        carried.fixed[dim] = std::clamp<std::int64_t>(plane.fixed[dim], 0, std::max<std::int64_t>(1, shape[dim]) - 1);
    return whole(std::move(carried), shape);
}

PlaneWindow planeAt(PlaneWindow plane, std::span<const std::int64_t> index)
{
    plane.fixed.assign(index.begin(), index.end());
    return plane;
}

PlaneWindow withRows(PlaneWindow plane, const SmallDims &shape, std::size_t dim)
{
    if (plane.columnDim == dim)
        plane.columnDim = plane.rowDim;
    plane.rowDim = dim;
    return whole(std::move(plane), shape);
}

PlaneWindow withColumns(PlaneWindow plane, const SmallDims &shape, std::size_t dim)
{
    if (plane.rowDim == dim)
        plane.rowDim = plane.columnDim;
    plane.columnDim = dim;
    return whole(std::move(plane), shape);
}

}  // namespace waypoint

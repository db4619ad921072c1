// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_window.h"

#include <cstddef>
#include <span>

namespace waypoint {

/// The last two dimensions as rows and columns, the others at 0. A tensor of one dimension is a row, a scalar a cell.
[[nodiscard]] PlaneWindow defaultPlane(const SmallDims &shape);

/// The same choice for another tensor: as it was where that has as many dimensions (indices as far as they go),
/// else the default.
[[nodiscard]] PlaneWindow carriedOver(const PlaneWindow &plane, const SmallDims &shape);

/// The plane with the same rows and columns that holds an element. Requires: an index for each dimension.
[[nodiscard]] PlaneWindow planeAt(PlaneWindow plane, std::span<const std::int64_t> index);

/// The plane with another dimension as its rows (or columns); where that is the other one's, they change places.
[[nodiscard]] PlaneWindow withRows(PlaneWindow plane, const SmallDims &shape, std::size_t dim);
[[nodiscard]] PlaneWindow withColumns(PlaneWindow plane, const SmallDims &shape, std::size_t dim);

}  // namespace waypoint

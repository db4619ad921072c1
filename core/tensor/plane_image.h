// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_window.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace waypoint {

/// A plane of a tensor made small enough for a screen. Each pixel stands for a block of elements; none is left out.
struct PlaneImage
{
    std::int64_t width = 0;  ///< pixels
    std::int64_t height = 0;
    std::int64_t columnsPerPixel = 1;  ///< elements; the last pixel of a row may stand for fewer
    std::int64_t rowsPerPixel = 1;
    std::vector<float> mean;        ///< of the finite numbers of the block; NaN where there are none
    std::vector<float> extreme;     ///< the one farthest from zero, with its sign
    std::vector<std::uint8_t> odd;  ///< bit 0: a NaN in the block; bit 1: an infinity
    double min = 0;                 ///< over the finite numbers of the plane; 0 where there are none
    double max = 0;
};

/// The rows and columns of the window, at most `widest` by `highest` pixels; steps are ignored. One pass over them, on
/// all cores, cancellable. Errors as forEachNumber, BadArgument where the window leaves the tensor.
Result<PlaneImage> windowImage(const NumericTensor &tensor, const PlaneWindow &window, std::int64_t widest,
                               std::int64_t highest, const std::stop_token &stop);

/// The window that holds the whole plane. Requires: dimensions that the tensor has.
[[nodiscard]] PlaneWindow wholePlane(const NumericTensor &tensor, PlaneWindow window);

}  // namespace waypoint

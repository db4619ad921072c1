// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/plane_image.h"
#include "ui/views/color_scale.h"
#include "ui/views/plane_viewport.h"
#include "ui/views/tensor_view.h"

#include <QtGui/QImage>

#include <memory>
#include <stop_token>
#include <vector>

namespace waypoint {

/// Some cells of a plane as a heat map needs them. Immutable.
struct HeatMapPicture
{
    CellRange cells;
    PlaneImage image;
    NumberRange means;
    NumberRange extremes;
    bool hasOdd = false;
    std::vector<Element> elements;  ///< the numbers themselves, row by row; empty where there were too many

    /// Whether each pixel is one element.
    [[nodiscard]] bool isExact() const { return image.columnsPerPixel == 1 && image.rowsPerPixel == 1; }
    /// Null where the numbers were not read.
    [[nodiscard]] const Element *element(const PlaneCell &cell) const;
};
using HeatMapPicturePtr = std::shared_ptr<const HeatMapPicture>;

/// What to read. A value, for a job.
struct HeatMapRequest
{
    ShownTensorPtr tensor;
    PlaneWindow plane;
    CellRange cells;
    int widest = 1;  ///< pixels
    int highest = 1;
};

Result<HeatMapPicturePtr> readHeatMapPicture(const HeatMapRequest &request, const std::stop_token &stop);

/// A picture in colours; `extremes` shows what is farthest from zero in each block instead of its mean.
[[nodiscard]] QImage coloured(const HeatMapPicture &picture, const ColorScale &scale, bool extremes);

}  // namespace waypoint

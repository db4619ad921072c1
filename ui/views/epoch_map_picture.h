// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/epoch_track.h"
#include "ui/views/color_scale.h"

#include <QtGui/QImage>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace waypoint {

/// What to paint of a map of tensors and epochs. A value, for a job.
struct EpochMapRequest
{
    EpochQuantity quantity = EpochQuantity::ChangeFromPrevious;
    bool isLogarithmic = false;
    std::vector<std::size_t> tensors;   ///< of each row, from the top
    std::vector<EpochTrackPtr> tracks;  ///< of all tensors
    std::size_t files = 0;
};

/// A pixel for each tensor and file.
struct EpochMapPicture
{
    EpochQuantity quantity = EpochQuantity::ChangeFromPrevious;
    bool isLogarithmic = false;
    std::vector<std::size_t> tensors;
    QImage image;                     ///< transparent where there is no number
    std::optional<ColorScale> scale;  ///< of the numbers, or of their logarithms; none without numbers
    bool hasZeros = false;            ///< that a logarithmic scale has no place for
    bool hasOdd = false;

    /// Of a zero on a logarithmic scale: it did not change at all.
    static constexpr QRgb kZero = 0xff8d9199;
};
using EpochMapPicturePtr = std::shared_ptr<const EpochMapPicture>;

/// Null where it was stopped.
[[nodiscard]] EpochMapPicturePtr paintEpochMap(const EpochMapRequest &request, const std::stop_token &stop = {});

}  // namespace waypoint

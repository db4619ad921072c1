// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/data_look.h"

#include <QtGui/QImage>

#include <optional>
#include <utility>
#include <vector>

namespace waypoint {

/// Whether samples of this shape are drawn: (channels, height, width) or (height, width).
[[nodiscard]] bool arePictures(const std::vector<std::int64_t> &shape);

/// The samples as pictures, red, green and blue where there are three channels or four, else gray by the first one.
/// Each channel goes from the least to the largest value that these samples have in it, which undoes the eye's trouble
/// with normalised values. Large ones are thinned out to thumbnails.
[[nodiscard]] std::vector<QImage> samplePictures(const DataLook &look);

/// Least and largest number in the samples; nothing where there is none that is finite.
[[nodiscard]] std::optional<std::pair<float, float>> valueRange(const DataLook &look);

}  // namespace waypoint

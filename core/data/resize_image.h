// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_pixels.h"

namespace waypoint {

/// The largest part in the middle of an image that has the proportions of `size`, scaled to `size`: bilinear, with the
/// triangle as wide as a pixel of the result where it shrinks (antialiasing), first along rows and then along columns,
/// in the fixed-point numbers that Pillow uses, so that the same part gives the same pixels as Image.resize(BILINEAR).
/// Requires: both sizes are above 0.
[[nodiscard]] ImagePixels fitted(ImagePixels from, ImageSize size);

}  // namespace waypoint

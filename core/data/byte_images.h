// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_transform.h"

namespace waypoint {

/// Images in memory as they lie in their file: one every `step` bytes from `first` on, channel after channel.
struct ByteImages
{
    std::vector<std::uint8_t> bytes;
    std::size_t first = 0;
    std::size_t step = 0;
    std::vector<std::uint8_t> labels;
};

/// A dataset of them. Requires: info has a shape of three sizes and as many samples as there are labels.
[[nodiscard]] DatasetPtr byteImagesDataset(DatasetInfo info, ByteImages images, const ImageOptions &options);

}  // namespace waypoint

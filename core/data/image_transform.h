// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_spec.h"
#include "core/data/dataset.h"

#include <array>
#include <cstddef>

namespace waypoint {

/// What becomes of the pixels of every image, and in training by chance.
struct ImageOptions
{
    std::vector<double> mean;  ///< one for each channel, of pixels from 0 to 1
    std::vector<double> deviation;
    bool flip = false;      ///< left and right change places in half of the images
    std::int64_t crop = 0;  ///< pixels of black around the image, of which it is cut out again at a random place
};

/// Options mean, std, flip and crop of a SPEC over `defaults`, for images of this shape. BadArgument where they make no
/// sense.
Result<ImageOptions> imageOptions(const DataSpec &spec, const std::vector<std::int64_t> &shape, ImageOptions defaults);

/// Bytes of one image where they are.
struct PixelView
{
    const std::uint8_t *first = nullptr;
    std::size_t channelStep = 0;
    std::size_t rowStep = 0;
    std::size_t pixelStep = 0;
};

/// Pixels to what a model takes: (pixel / 255 - mean) / std in single precision, as torchvision's ToTensor and
/// Normalize; before that, where the key says so, a crop and then a flip, drawn from (seed, epoch, sample).
/// Thread-safe.
class ImageTransform
{
public:
    /// `shape` is channels, height, width.
    ImageTransform(const std::vector<std::int64_t> &shape, const ImageOptions &options);

    void apply(const PixelView &pixels, const SampleKey &key, std::span<float> into) const;

private:
    struct Placement
    {
        std::int64_t right = 0;  ///< pixel of the image that comes first in a row
        std::int64_t down = 0;
        bool flipped = false;
    };

    [[nodiscard]] Placement placementFor(const SampleKey &key) const;
    void applyRow(const PixelView &pixels, std::size_t channel, std::int64_t y, const Placement &placement,
                  float *into) const;

    std::int64_t m_channels;
    std::int64_t m_height;
    std::int64_t m_width;
    bool m_flip;
    std::int64_t m_crop;
    std::vector<std::array<float, 256>> m_values;  ///< for each channel, what each byte becomes
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/sample_pictures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace waypoint {

namespace {

constexpr std::int64_t kLargestSide = 160;  ///< of a thumbnail, twice what is shown for dense screens

/// Where the pixels of a picture lie in a sample.
struct Planes
{
    std::size_t channels = 1;
    std::size_t height = 0;
    std::size_t width = 0;
    std::size_t step = 1;  ///< pixels of the sample per pixel of the picture

    [[nodiscard]] std::size_t at(std::size_t channel, std::size_t y, std::size_t x) const
    {
        return (channel * height + y) * width + x;
    }
    [[nodiscard]] QSize pictureSize() const
    {
        return {static_cast<int>((width + step - 1) / step), static_cast<int>((height + step - 1) / step)};
    }
};

struct Range
{
    float least = std::numeric_limits<float>::infinity();
    float most = -std::numeric_limits<float>::infinity();

    void take(float value)
    {
        if (!std::isfinite(value))
            return;
        least = std::min(least, value);
        most = std::max(most, value);
    }
    [[nodiscard]] int byteOf(float value) const
    {
        if (!std::isfinite(value) || !(most > least))
            return 0;
        return static_cast<int>(std::lround(255 * (value - least) / (most - least)));
    }
};

Planes planesOf(const std::vector<std::int64_t> &shape)
{
    const auto dim = [&](std::size_t fromEnd) { return static_cast<std::size_t>(shape[shape.size() - fromEnd]); };
    Planes planes{1, dim(2), dim(1), 1};
    if (shape.size() == 3 && (dim(3) == 3 || dim(3) == 4))
        planes.channels = 3;
    planes.step = std::max<std::size_t>(1, std::max(planes.height, planes.width) / kLargestSide);
    return planes;
}

template<typename Each>
void forEachPixel(const Planes &planes, const Each &each)
{
    const QSize size = planes.pictureSize();
    for (int y = 0; y < size.height(); ++y)
        for (int x = 0; x < size.width(); ++x)
            each(x, y, static_cast<std::size_t>(y) * planes.step, static_cast<std::size_t>(x) * planes.step);
}

QImage picture(std::span<const float> values, const Planes &planes, const std::vector<Range> &ranges)
{
    QImage image(planes.pictureSize(), QImage::Format_RGB32);
    forEachPixel(planes, [&](int x, int y, std::size_t row, std::size_t column) {
        const auto byte = [&](std::size_t channel) {
            const auto from = std::min(channel, planes.channels - 1);
            return ranges[from].byteOf(values[planes.at(from, row, column)]);
        };
        reinterpret_cast<QRgb *>(image.scanLine(y))[x] = qRgb(byte(0), byte(1), byte(2));
    });
    return image;
}

}  // namespace

bool arePictures(const std::vector<std::int64_t> &shape)
{
    return (shape.size() == 2 || shape.size() == 3) && shape[shape.size() - 1] > 1 && shape[shape.size() - 2] > 1;
}

std::vector<QImage> samplePictures(const DataLook &look)
{
    const Planes planes = planesOf(look.info.shape);
    std::vector<Range> ranges(planes.channels);
    for (const DataSample &sample : look.samples)
        forEachPixel(planes, [&](int, int, std::size_t row, std::size_t column) {
            for (std::size_t channel = 0; channel < planes.channels; ++channel)
                ranges[channel].take(sample.values[planes.at(channel, row, column)]);
        });
    std::vector<QImage> pictures;
    for (const DataSample &sample : look.samples)
        pictures.push_back(picture(sample.values, planes, ranges));
    return pictures;
}

std::optional<std::pair<float, float>> valueRange(const DataLook &look)
{
    Range range;
    for (const DataSample &sample : look.samples)
        for (const float value : sample.values)
            range.take(value);
    if (range.least > range.most)
        return std::nullopt;
    return std::pair(range.least, range.most);
}

}  // namespace waypoint

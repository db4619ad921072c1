// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/resize_image.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace waypoint {

namespace {

constexpr int kWeightBits = 22;  ///< so that 255 times weights that sum up to 1 fits 31 bits

/// A side of an image: which part of it is taken, and how many pixels that becomes.
struct Stretch
{
    std::int64_t first = 0;
    std::int64_t length = 1;
    std::int64_t result = 1;
};

/// What one pixel of the result is made of: weights for pixels from `first` on.
struct Taps
{
    std::int64_t first = 0;
    std::vector<std::int32_t> weights;
};

/// Weights of a triangle around the middle of result pixel `index`.
Taps tapsOf(const Stretch &stretch, std::int64_t index)
{
    const double scale = double(stretch.length) / double(stretch.result);
    const double reach = std::max(scale, 1.0);
    const double middle = (double(index) + 0.5) * scale;
    const auto from = std::max(std::int64_t(middle - reach + 0.5), std::int64_t{0});
    const auto to = std::min(std::int64_t(middle + reach + 0.5), stretch.length);
    std::vector<double> triangle;
    double sum = 0;
    for (auto i = from; i < to; ++i) {
        triangle.push_back(std::max(0.0, 1 - std::abs((double(i) - middle + 0.5) / reach)));
        sum += triangle.back();
    }
    Taps taps{stretch.first + from, {}};
    for (const double weight : triangle)
        taps.weights.push_back(static_cast<std::int32_t>(std::floor(weight / sum * (1 << kWeightBits) + 0.5)));
    return taps;
}

/// `step` bytes lie between neighbours.
std::uint8_t weighted(const Taps &taps, const std::uint8_t *first, std::size_t step)
{
    std::int32_t sum = 1 << (kWeightBits - 1);
    for (const auto weight : taps.weights) {
        sum += weight * *first;
        first += step;
    }
    return static_cast<std::uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

ImagePixels alongRows(const ImagePixels &from, const Stretch &columns, const Stretch &rows)
{
    ImagePixels to{{columns.result, from.size.height}, {}};
    const auto fromStride = static_cast<std::size_t>(from.size.width) * 3;
    const auto toStride = static_cast<std::size_t>(columns.result) * 3;
    to.rgb.resize(toStride * static_cast<std::size_t>(from.size.height));
    std::vector<Taps> taps;
    for (std::int64_t x = 0; x < columns.result; ++x)
        taps.push_back(tapsOf(columns, x));
    for (auto y = static_cast<std::size_t>(rows.first); y < static_cast<std::size_t>(rows.first + rows.length); ++y)
        for (std::size_t x = 0; x < taps.size(); ++x)
            for (std::size_t c = 0; c < 3; ++c)
                to.rgb[y * toStride + x * 3 + c] = weighted(
                    taps[x], from.rgb.data() + y * fromStride + static_cast<std::size_t>(taps[x].first) * 3 + c, 3);
    return to;
}

ImagePixels alongColumns(const ImagePixels &from, const Stretch &rows)
{
    ImagePixels to{{from.size.width, rows.result}, {}};
    const auto stride = static_cast<std::size_t>(from.size.width) * 3;
    to.rgb.resize(stride * static_cast<std::size_t>(rows.result));
    for (std::int64_t y = 0; y < rows.result; ++y) {
        const auto taps = tapsOf(rows, y);
        const auto *first = from.rgb.data() + static_cast<std::size_t>(taps.first) * stride;
        for (std::size_t i = 0; i < stride; ++i)
            to.rgb[static_cast<std::size_t>(y) * stride + i] = weighted(taps, first + i, stride);
    }
    return to;
}

/// The middle part of `whole` pixels.
Stretch middle(std::int64_t whole, std::int64_t length, std::int64_t result)
{
    length = std::clamp<std::int64_t>(length, 1, whole);
    return {(whole - length) / 2, length, result};
}

}  // namespace

ImagePixels fitted(ImagePixels from, ImageSize size)
{
    if (from.size == size)
        return from;
    // Whichever side is too long for the proportions loses on both its ends.
    const double wide = double(from.size.height) * double(size.width) / double(size.height);
    const double high = double(from.size.width) * double(size.height) / double(size.width);
    const auto columns = middle(from.size.width, std::int64_t(std::floor(wide + 0.5)), size.width);
    const auto rows = middle(from.size.height, std::int64_t(std::floor(high + 0.5)), size.height);
    return alongColumns(alongRows(from, columns, rows), rows);
}

}  // namespace waypoint

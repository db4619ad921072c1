// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/resize_image.h"

#include <algorithm>
#include <cmath>
#include <span>
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

constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);

std::uint8_t rounded(std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> kWeightBits, 0, 255)); }

/// One pixel out of neighbours in a row.
void weighRow(const Taps &taps, const std::uint8_t *row, std::uint8_t *to)
{
    std::int32_t red = kHalf;
    std::int32_t green = kHalf;
    std::int32_t blue = kHalf;
    const auto *pixel = row + static_cast<std::size_t>(taps.first) * 3;
    for (const auto weight : taps.weights) {
        red += weight * pixel[0];
        green += weight * pixel[1];
        blue += weight * pixel[2];
        pixel += 3;
    }
    to[0] = rounded(red);
    to[1] = rounded(green);
    to[2] = rounded(blue);
}

/// A row out of rows, `sums` being room for one.
void weighRows(const Taps &taps, const std::uint8_t *first, std::span<std::int32_t> sums, std::uint8_t *to)
{
    std::fill(sums.begin(), sums.end(), kHalf);
    for (const auto weight : taps.weights) {
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] += weight * first[i];
        first += sums.size();
    }
    for (std::size_t i = 0; i < sums.size(); ++i)
        to[i] = rounded(sums[i]);
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
            weighRow(taps[x], from.rgb.data() + y * fromStride, to.rgb.data() + y * toStride + x * 3);
    return to;
}

ImagePixels alongColumns(const ImagePixels &from, const Stretch &rows)
{
    ImagePixels to{{from.size.width, rows.result}, {}};
    const auto stride = static_cast<std::size_t>(from.size.width) * 3;
    to.rgb.resize(stride * static_cast<std::size_t>(rows.result));
    std::vector<std::int32_t> sums(stride);
    for (std::int64_t y = 0; y < rows.result; ++y) {
        const auto taps = tapsOf(rows, y);
        weighRows(taps, from.rgb.data() + static_cast<std::size_t>(taps.first) * stride, sums,
                  to.rgb.data() + static_cast<std::size_t>(y) * stride);
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

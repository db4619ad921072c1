// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/epoch_map_picture.h"

#include <cmath>
#include <limits>

namespace waypoint {

namespace {

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();
constexpr float kOdd = std::numeric_limits<float>::infinity();
constexpr float kZero = -std::numeric_limits<float>::infinity();

/// One cell as a number on the scale, or one of those above.
float cellOf(const EpochMapRequest &request, const EpochTrack &track, std::size_t file)
{
    const double value = track.of(request.quantity)[file];
    if (track.isBroken[file] && request.quantity != EpochQuantity::NaNs)
        return kOdd;
    // An infinite change is one from zeros, and nothing to worry about.
    if (!std::isfinite(value))
        return kNothing;
    if (!request.isLogarithmic)
        return static_cast<float>(value);
    return value > 0 ? static_cast<float>(std::log10(value)) : kZero;
}

std::vector<float> cellsOf(const EpochMapRequest &request, const std::stop_token &stop)
{
    std::vector<float> cells;
    cells.reserve(request.tensors.size() * request.files);
    for (const std::size_t tensor : request.tensors) {
        if (stop.stop_requested())
            return {};
        const EpochTrackPtr &track = request.tracks[tensor];
        for (std::size_t file = 0; file < request.files; ++file)
            cells.push_back(track ? cellOf(request, *track, file) : kNothing);
    }
    return cells;
}

QRgb colourOf(float cell, const std::optional<ColorScale> &scale)
{
    if (std::isnan(cell))
        return 0;
    if (cell == kZero)
        return EpochMapPicture::kZero;
    return cell == kOdd || !scale ? ColorScale::kOdd : scale->colour(cell);
}

}  // namespace

EpochMapPicturePtr paintEpochMap(const EpochMapRequest &request, const std::stop_token &stop)
{
    const std::vector<float> cells = cellsOf(request, stop);
    if (stop.stop_requested())
        return nullptr;
    auto picture = std::make_shared<EpochMapPicture>();
    picture->quantity = request.quantity;
    picture->isLogarithmic = request.isLogarithmic;
    picture->tensors = request.tensors;
    const NumberRange range = NumberRange::of(cells);
    // Nearly all equal rows would hide behind the few that differ.
    if (range.any)
        picture->scale = ColorScale({ColorSettings::Map::Viridis, ColorSettings::Range::Most}, range, false);
    const auto rows = static_cast<int>(request.tensors.size());
    const auto columns = static_cast<int>(request.files);
    if (rows == 0 || columns == 0)
        return picture;
    picture->image = QImage(columns, rows, QImage::Format_ARGB32);
    auto cell = cells.begin();
    for (int row = 0; row < rows; ++row) {
        auto *pixel = reinterpret_cast<QRgb *>(picture->image.scanLine(row));
        for (int column = 0; column < columns; ++column, ++cell) {
            *pixel++ = colourOf(*cell, picture->scale);
            picture->hasZeros = picture->hasZeros || *cell == kZero;
            picture->hasOdd = picture->hasOdd || *cell == kOdd;
        }
    }
    return picture;
}

}  // namespace waypoint

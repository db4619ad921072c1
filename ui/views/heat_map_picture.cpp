// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/heat_map_picture.h"

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::int64_t kMostElements = 10'000;  // more of them can never be written on a screen

}  // namespace

const Element *HeatMapPicture::element(const PlaneCell &cell) const
{
    if (elements.empty() || !cells.contains(cell))
        return nullptr;
    return &elements[static_cast<std::size_t>((cell.row - cells.firstRow) * cells.columns + cell.column
                                              - cells.firstColumn)];
}

Result<HeatMapPicturePtr> readHeatMapPicture(const HeatMapRequest &request, const std::stop_token &stop)
{
    auto window = request.plane;
    window.firstRow = request.cells.firstRow;
    window.rows = request.cells.rows;
    window.firstColumn = request.cells.firstColumn;
    window.columns = request.cells.columns;
    window.rowStep = window.columnStep = 1;
    const auto &numbers = request.tensor->numbers;
    auto image = windowImage(numbers, window, request.widest, request.highest, stop);
    if (!image)
        return image.error();
    auto picture = std::make_shared<HeatMapPicture>();
    picture->cells = request.cells;
    picture->image = *std::move(image);
    picture->means = NumberRange::of(picture->image.mean);
    picture->extremes = NumberRange::of(picture->image.extreme);
    picture->hasOdd = std::ranges::any_of(picture->image.odd, [](auto odd) { return odd != 0; });
    if (window.rows <= kMostElements && window.rows * window.columns <= kMostElements) {
        auto elements = readWindow(numbers, window, stop);
        if (!elements)
            return elements.error();
        picture->elements = *std::move(elements);
    }
    return HeatMapPicturePtr(std::move(picture));
}

QImage coloured(const HeatMapPicture &picture, const ColorScale &scale, bool extremes)
{
    const auto &image = picture.image;
    const auto &numbers = extremes ? image.extreme : image.mean;
    QImage out(static_cast<int>(image.width), static_cast<int>(image.height), QImage::Format_RGB32);
    std::size_t at = 0;
    for (int y = 0; y < out.height(); ++y) {
        auto *line = reinterpret_cast<QRgb *>(out.scanLine(y));
        for (int x = 0; x < out.width(); ++x, ++at)
            line[x] = image.odd[at] != 0 ? ColorScale::kOdd : scale.colour(static_cast<double>(numbers[at]));
    }
    return out;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/filter_tensor.h"

#include "core/tensor/tensor_parts.h"

#include <algorithm>
#include <cmath>
#include <new>

namespace waypoint {

namespace {

constexpr std::int64_t kLargestKernel = 512;

}  // namespace

std::optional<FilterShape> FilterShape::of(const SmallDims &shape)
{
    const auto dims = shape.size();
    if (dims < 3 || dims > 5 || std::ranges::any_of(shape, [](auto size) { return size < 1; }))
        return std::nullopt;
    FilterShape out{.filters = shape[0], .channels = shape[1], .width = shape[dims - 1]};
    if (dims > 3)
        out.height = shape[dims - 2];
    if (dims > 4)
        out.depth = shape[2];
    if (std::max({out.depth, out.height, out.width}) > kLargestKernel)
        return std::nullopt;
    return out;
}

bool FilterRange::contains(const FilterRange &other) const
{
    return depth == other.depth && other.firstFilter >= firstFilter
           && other.firstFilter + other.filters <= firstFilter + filters && other.firstChannel >= firstChannel
           && other.firstChannel + other.channels <= firstChannel + channels;
}

std::span<const float> FilterNumbers::kernel(std::int64_t filter, std::int64_t channel) const
{
    const auto size = static_cast<std::size_t>(height * width);
    const auto at = (filter - range.firstFilter) * range.channels + channel - range.firstChannel;
    return std::span(numbers).subspan(static_cast<std::size_t>(at) * size, size);
}

Result<FilterNumbersPtr> readFilters(const NumericTensor &tensor, const FilterRange &range, const std::stop_token &stop)
{
    try {
        const auto shape = *FilterShape::of(tensor.ref.shape);
        const auto dims = tensor.ref.shape.size();
        std::vector<std::int64_t> fixed(dims, 0);
        std::vector<PartDim> parts{{0, range.firstFilter, range.filters}, {1, range.firstChannel, range.channels}};
        if (dims > 4)
            fixed[2] = range.depth;
        if (dims > 3)
            parts.push_back({dims - 2, 0, shape.height});
        parts.push_back({dims - 1, 0, shape.width});
        const auto part = partOf(tensor, parts, fixed);
        if (!part)
            return part.error();
        auto out = std::make_shared<FilterNumbers>();
        out->range = range;
        out->height = shape.height;
        out->width = shape.width;
        out->numbers.reserve(static_cast<std::size_t>(part->ref.elementCount().value_or(0)));
        auto read = forEachNumber(*part, stop, [&](std::span<const double> numbers) {
            for (const double number : numbers)
                out->numbers.push_back(static_cast<float>(number));
        });
        if (!read)
            return read.error();
        return FilterNumbersPtr(std::move(out));
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory for the filters on the screen"};
    }
}

Result<std::optional<std::pair<double, double>>> finiteEnds(const NumericTensor &tensor, const std::stop_token &stop)
{
    std::optional<std::pair<double, double>> ends;
    auto read = forEachNumber(tensor, stop, [&](std::span<const double> numbers) {
        for (const double number : numbers) {
            if (!std::isfinite(number))
                continue;
            if (!ends)
                ends.emplace(number, number);
            ends->first = std::min(ends->first, number);
            ends->second = std::max(ends->second, number);
        }
    });
    if (!read)
        return read.error();
    return ends;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/tensor_window.h"

#include "core/base/checked.h"
#include "core/tensor/element_values.h"
#include "core/tensor/tensor_parts.h"

#include <new>

namespace waypoint {

namespace {

constexpr std::int64_t kMostElements = 16'000'000;

Result<void> checkSize(std::int64_t rows, std::int64_t columns)
{
    const auto count = rows < 0 || columns < 0 ? std::nullopt : checkedMul(rows, columns);
    if (!count || *count > kMostElements)
        return Error{ErrorCode::BadArgument, "a window holds at most 16 million elements"};
    return {};
}

Error outOfMemory() { return {ErrorCode::TooLarge, "there is not enough memory for a piece of a tensor"}; }

}  // namespace

Result<std::vector<Element>> readWindow(const NumericTensor &tensor, const PlaneWindow &window,
                                        const std::stop_token &stop)
{
    try {
        if (auto fits = checkSize(window.rows, window.columns); !fits)
            return fits.error();
        const auto part = windowPart(tensor, window);
        if (!part)
            return part.error();
        std::vector<Element> elements;
        elements.reserve(static_cast<std::size_t>(window.rows * window.columns));
        if (auto read = appendElements(*part, stop, elements); !read)
            return read.error();
        return elements;
    } catch (const std::bad_alloc &) {
        return outOfMemory();
    }
}

Result<std::vector<Element>> readElements(const NumericTensor &tensor, std::int64_t first, std::int64_t count,
                                          const std::stop_token &stop)
{
    try {
        if (auto fits = checkSize(1, count); !fits)
            return fits.error();
        const auto parts = runParts(tensor, first, count);
        if (!parts)
            return parts.error();
        std::vector<Element> elements;
        elements.reserve(static_cast<std::size_t>(count));
        for (const auto &part : *parts)
            if (auto read = appendElements(part, stop, elements); !read)
                return read.error();
        return elements;
    } catch (const std::bad_alloc &) {
        return outOfMemory();
    }
}

std::vector<std::int64_t> indexOfPosition(const SmallDims &shape, std::int64_t position)
{
    std::vector<std::int64_t> index(shape.size());
    for (auto d = shape.size(); d-- > 0;) {
        index[d] = position % shape[d];
        position /= shape[d];
    }
    return index;
}

std::int64_t positionOfIndex(const SmallDims &shape, std::span<const std::int64_t> index)
{
    std::int64_t position = 0;
    for (std::size_t d = 0; d < shape.size(); ++d)
        position = position * shape[d] + index[d];
    return position;
}

}  // namespace waypoint

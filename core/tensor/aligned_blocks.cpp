// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/aligned_blocks.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace waypoint {

namespace {

/// Two of float32 fit a core's second cache as it commonly is.
constexpr std::int64_t kBlockNumbers = 1 << 16;

/// What is gathered at a time of a tensor that is not contiguous: the more, the longer pieces are read.
constexpr std::uint64_t kGatheredBytes = 8u << 20;

SmallDims inOrder(const SmallDims &dims, std::span<const std::size_t> order)
{
    std::vector<std::int64_t> out;
    for (const auto d : order)
        out.push_back(dims[d]);
    return SmallDims(out);
}

/// Dimensions by falling stride.
std::vector<std::size_t> storageOrder(const TensorRef &ref)
{
    std::vector<std::size_t> order(ref.shape.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t d) { return ref.strides[d]; });
    return order;
}

bool areAlike(std::span<const NumericTensor> tensors)
{
    return std::ranges::all_of(tensors, [&](const NumericTensor &tensor) {
        const auto &first = tensors[0].ref;
        return tensor.ref.layout == TensorLayout::Strided && tensor.ref.shape == first.shape
               && tensor.ref.strides == first.strides && first.strides.size() == first.shape.size();
    });
}

}  // namespace

void AlignedBlocks::add(std::unique_ptr<const NumberRanges> side)
{
    m_strided = m_strided || !side->isContiguous();
    m_largestElement = std::max(m_largestElement, side->bytesOf(1).value);
    m_sides.push_back(std::move(side));
}

std::size_t AlignedBlocks::count() const
{
    if (numbers() == 0)
        return 0;
    return m_strided ? 1 : static_cast<std::size_t>((numbers() + kBlockNumbers - 1) / kBlockNumbers);
}

NumberRun AlignedBlocks::rangeOf(std::size_t block) const
{
    if (m_strided)
        return {0, numbers()};
    const auto first = static_cast<std::int64_t>(block) * kBlockNumbers;
    return {first, std::min(kBlockNumbers, numbers() - first)};
}

ByteCount AlignedBlocks::bytesOf(std::size_t block) const
{
    ByteCount bytes;
    if (block < count())
        for (const auto &side : m_sides)
            bytes = bytes + side->bytesOf(rangeOf(block).count);
    return bytes;
}

std::vector<NumberRun> AlignedBlocks::rangesOf(std::size_t block) const
{
    const auto whole = rangeOf(block);
    const auto step = m_strided ? static_cast<std::int64_t>(kGatheredBytes / m_largestElement) : kBlockNumbers;
    std::vector<NumberRun> ranges;
    for (std::int64_t done = 0; done < whole.count; done += step)
        ranges.push_back({whole.first + done, std::min(step, whole.count - done)});
    return ranges;
}

void putInStorageOrder(std::span<NumericTensor> tensors)
{
    if (tensors.empty() || !areAlike(tensors) || tensors[0].ref.isContiguous())
        return;
    const auto order = storageOrder(tensors[0].ref);
    TensorRef sorted = tensors[0].ref;
    sorted.shape = inOrder(sorted.shape, order);
    sorted.strides = inOrder(sorted.strides, order);
    if (!sorted.isContiguous())
        return;
    for (auto &tensor : tensors) {
        tensor.ref.shape = sorted.shape;
        tensor.ref.strides = sorted.strides;
        const auto axis = std::ranges::find(order, tensor.quantization.axis);
        tensor.quantization.axis = axis == order.end() ? 0 : static_cast<std::size_t>(axis - order.begin());
    }
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/block_moments.h"

#include <cstdint>

namespace waypoint {

namespace {

/// The bytes as numbers where they can be used as they lie; empty otherwise.
template<typename Number>
std::span<const Number> asNumbers(std::span<const std::byte> block)
{
    if (reinterpret_cast<std::uintptr_t>(block.data()) % alignof(Number) != 0)
        return {};
    return {reinterpret_cast<const Number *>(block.data()), block.size() / sizeof(Number)};
}

}  // namespace

Moments BlockMoments::of(std::span<const std::byte> block, std::int64_t first) const
{
    if (m_tensor.ref.dtype == DType::Float32)
        if (const auto numbers = asNumbers<float>(block); !numbers.empty())
            return momentsOf(numbers);
    if (m_tensor.ref.dtype == DType::Float64)
        if (const auto numbers = asNumbers<double>(block); !numbers.empty())
            return momentsOf(numbers);
    Moments moments;
    m_decoder.decode(block, first, [&](std::span<const double> numbers) { moments.add(momentsOf(numbers)); });
    return moments;
}

}  // namespace waypoint

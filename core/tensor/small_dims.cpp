// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/small_dims.h"

#include <algorithm>

namespace waypoint {

SmallDims::SmallDims(std::span<const std::int64_t> dims) : m_size(static_cast<std::uint32_t>(dims.size()))
{
    if (m_size > kInline)
        m_heap = std::make_unique<std::int64_t[]>(m_size);
    std::copy(dims.begin(), dims.end(), m_heap ? m_heap.get() : m_inline.data());
}

bool SmallDims::operator==(const SmallDims &other) const { return std::ranges::equal(dims(), other.dims()); }

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/number_ranges.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace waypoint {

/// Tensors of one shape side by side: each block holds the same numbers of all, whatever their types and strides.
class AlignedBlocks
{
public:
    /// Requires: as many numbers as the sides before it.
    void add(std::unique_ptr<const NumberRanges> side);

    [[nodiscard]] std::size_t sides() const { return m_sides.size(); }
    [[nodiscard]] const NumberRanges &side(std::size_t index) const { return *m_sides[index]; }
    /// 0 for tensors without elements.
    [[nodiscard]] std::size_t count() const;
    /// One that is not contiguous makes a single block of all, to be read range by range.
    [[nodiscard]] bool isStrided() const { return m_strided; }
    /// Of all sides.
    [[nodiscard]] ByteCount bytesOf(std::size_t block) const;
    /// What of each side is to be read at a time.
    [[nodiscard]] std::vector<NumberRun> rangesOf(std::size_t block) const;

private:
    [[nodiscard]] std::int64_t numbers() const { return m_sides.empty() ? 0 : m_sides[0]->count(); }
    [[nodiscard]] NumberRun rangeOf(std::size_t block) const;

    std::vector<std::unique_ptr<const NumberRanges>> m_sides;
    std::uint64_t m_largestElement = 1;  ///< bytes
    bool m_strided = false;
};

/// Tensors of one shape that all lie in the storage in another order than their elements' (transposed, channels last),
/// but without gaps and all alike, become contiguous ones with their dimensions in the order of the storage. For sums,
/// which do not depend on the order.
void putInStorageOrder(std::span<NumericTensor> tensors);

}  // namespace waypoint

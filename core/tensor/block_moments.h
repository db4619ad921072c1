// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/moments.h"
#include "core/tensor/numeric_tensor.h"

namespace waypoint {

/// What the blocks of one tensor contribute to its statistics. Immutable; any thread.
class BlockMoments
{
public:
    /// Requires: `tensor` outlives this and has a numeric type.
    explicit BlockMoments(const NumericTensor &tensor) : m_tensor(tensor), m_decoder(tensor) {}

    /// Of a block as forEachBlock() hands it out, with number `first` of the tensor at its start.
    [[nodiscard]] Moments of(std::span<const std::byte> block, std::int64_t first) const;
    [[nodiscard]] std::int64_t numbersIn(std::size_t bytes) const { return m_decoder.numbersIn(bytes); }

private:
    const NumericTensor &m_tensor;
    NumberDecoder m_decoder;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/tensor/tensor_stats.h"

#include <cstdint>
#include <string>

namespace waypoint {

/// What may be wrong with a tensor, as bits.
enum class Ailment : std::uint8_t {
    None = 0,
    Nan = 1,
    Inf = 2,
    AllZero = 4,
    Constant = 8,    ///< more than one element, all equal and not zero, where that is unusual
    Exploding = 16,  ///< optimizer state far beyond what a finite update can take
};
using Ailments = std::uint8_t;

[[nodiscard]] constexpr bool has(Ailments ailments, Ailment one)
{
    return (ailments & static_cast<Ailments>(one)) != 0;
}

/// Judges a tensor by its statistics and by what it is in its checkpoint: biases, running statistics and fresh
/// optimizer states are zero for good reason, a BatchNorm's weight starts as all ones.
[[nodiscard]] Ailments judgeTensor(const Checkpoint &checkpoint, EntryId entry, const TensorStats &stats);

/// One sentence for people: "3 of 4,096 values are NaN."; empty for none.
[[nodiscard]] std::string ailmentText(Ailments ailments, const TensorStats &stats);

}  // namespace waypoint

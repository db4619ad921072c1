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
inline constexpr Ailments kAllAilments = 31;

[[nodiscard]] constexpr bool has(Ailments ailments, Ailment one)
{
    return (ailments & static_cast<Ailments>(one)) != 0;
}

/// Judges a tensor by its statistics and by what it is in its checkpoint: biases, running statistics and fresh
/// optimizer states are zero for good reason, a BatchNorm's weight starts as all ones.
///
/// NaN and infinities count everywhere, but for a mask that is -inf where attention must not look. All zeros and
/// constant values count only for weights of a model: floating point, with two dimensions or more, or (zeros) long
/// vectors that no usual layer starts at zero. Exploding is for what an optimizer remembers.
[[nodiscard]] Ailments judgeTensor(const Checkpoint &checkpoint, EntryId entry, const TensorStats &stats);

/// A sentence for people about each ailment: "3 of 4,096 values are NaN."; empty for none.
[[nodiscard]] std::string ailmentText(Ailments ailments, const TensorStats &stats);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <cstddef>
#include <string>

namespace waypoint {

/// How much of a value to write, and where to stop.
struct TextLimits
{
    std::size_t characters = 200;  ///< longer text ends in "…"
    std::size_t items = 100;       ///< of a container, at each level
    std::size_t depth = 6;
};

/// The value as Python would write it: `{'lr': 0.1, 'betas': (0.9, 0.999)}`, `b'\x00'`, `torch.Size([3, 4])`,
/// `Namespace(lr=0.1)`, `tensor(float32, 64×3×7×7)` for a tensor. Floats round-trip. Safe on values that contain
/// themselves. Text that stays in the file is read as far as it is needed.
[[nodiscard]] std::string pythonText(Value value, const TextLimits &limits = {});

/// What belongs into one cell of a table, on one line: a scalar's value (text without quotes), "3 items" for a
/// container, a short list of plain numbers as such ("(0.9, 0.999)"), the display of an object.
[[nodiscard]] std::string cellText(Value value, std::size_t characters = 200);

/// Text of a dict key as a path part: 'weight' -> weight, 0 -> 0, (1, 2) -> (1, 2). Text keys are whole up to 64 KiB.
[[nodiscard]] std::string keyText(Value key);

/// A shape as people write it: "64×3×7×7", "scalar" without dimensions.
[[nodiscard]] std::string shapeText(const SmallDims &shape);

}  // namespace waypoint

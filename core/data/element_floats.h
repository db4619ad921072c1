// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/dtype.h"
#include "core/tensor/element_blocks.h"

#include <cstddef>
#include <span>

namespace waypoint {

/// Whether elementsToFloats() knows the type: bool, the integers, float16, bfloat16, float32, float64.
[[nodiscard]] bool hasFloats(DType dtype);

/// Little-endian elements as floats, rounded to the nearest as tensor.float() does.
/// Requires: hasFloats(dtype), and as many elements as there is room for.
void elementsToFloats(DType dtype, std::span<const std::byte> elements, std::span<float> into);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/dtype.h"

#include <cstddef>
#include <span>

namespace waypoint {

/// Bytes that hold a whole number of values: 3 for float6, else those of one element. 0 for types that are no numbers.
[[nodiscard]] std::size_t decodingUnit(DType dtype);

/// Numbers that `bytes` hold: several a byte for packed types.
[[nodiscard]] std::size_t numbersIn(DType dtype, std::size_t bytes);

/// Little-endian elements as float64; see appendNumbers(). Requires: decodingUnit(dtype) > 0 and `into` has
/// numbersIn(dtype, elements.size()) places.
void decodeNumbers(DType dtype, std::span<const std::byte> elements, std::span<double> into);

}  // namespace waypoint

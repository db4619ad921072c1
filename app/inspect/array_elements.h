// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace waypoint {

/// Elements of a NumPy array type, as far as their bytes matter.
struct ArrayType
{
    enum class Kind { Bool, Integer, Unsigned, Float, Complex, Text, Other };
    Kind kind = Kind::Other;
    std::size_t bytes = 0;     ///< of one element
    std::size_t swapUnit = 1;  ///< bytes that change places between big and little endian
};

/// By numpy's name: "float64", "<U12", "|S3", "datetime64[ns]". Nothing where the size is not known from it.
[[nodiscard]] std::optional<ArrayType> arrayType(std::string_view dtype);

/// All elements in row-major order, little-endian. TooLarge beyond 256 MiB; Corrupt where bytes and shape disagree.
Result<std::string> arrayBytes(const ValueTree &values, const ArrayValue &array);

/// Up to 16 numbers or booleans as a JSON list; empty for larger arrays and other types.
[[nodiscard]] std::string smallArrayJson(const ValueTree &values, const ArrayValue &array);

}  // namespace waypoint

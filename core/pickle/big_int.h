// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace waypoint {

/// A Python int: as a number where it fits 64 bits, else its decimal form.
using Integer = std::variant<std::int64_t, std::string>;

/// Longest two's complement that integerFromTwosComplement() turns into decimal digits: about 20,000 of them.
/// The work grows with the square of the length, so a longer one has to stay bytes.
inline constexpr std::size_t kLongestConvertedBytes = 8304;

/// What LONG1 and LONG4 hold: little-endian two's complement of any length (Python's pickle.decode_long).
/// Requires: at most kLongestConvertedBytes.
[[nodiscard]] Integer integerFromTwosComplement(std::string_view littleEndian);

/// What INT and LONG hold: an int literal of Python, decimal or with 0x, 0o or 0b, perhaps with an L behind it.
/// Nothing where it is none, or too long to convert.
[[nodiscard]] std::optional<Integer> integerFromLiteral(std::string_view literal);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace waypoint {

/// Text of a file made safe for one line of a message: UTF-8 stays, control characters and bytes that are not UTF-8
/// become \xNN, and what is longer than `longest` bytes ends in "...".
[[nodiscard]] std::string printable(std::string_view text, std::size_t longest = 200);

/// 1234567 -> "1,234,567".
[[nodiscard]] std::string groupedDigits(std::uint64_t number);

}  // namespace waypoint

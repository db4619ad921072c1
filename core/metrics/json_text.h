// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waypoint {

/// A number as JSON: the shortest text that reads back as the same number, always with a point or an exponent ("1.0").
/// JSON has no NaN and no infinities: they become the strings "NaN", "Infinity", "-Infinity", quotes included.
[[nodiscard]] std::string jsonNumber(double value);

/// Text as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string jsonString(std::string_view text);

/// The number that one of jsonNumber's strings stands for; takes them without quotes.
[[nodiscard]] std::optional<double> numberOfWord(std::string_view word);

}  // namespace waypoint

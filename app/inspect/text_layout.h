// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace waypoint {

/// One step through UTF-8 text.
struct Utf8Step
{
    char32_t codePoint = 0;
    std::size_t length = 1;  ///< bytes to go on by; 1 where the bytes are not UTF-8
    bool valid = false;
};

/// Decodes the code point at `at`. Surrogates count as valid: Python's strings may hold lone ones, which a pickle
/// writes as three bytes. Requires: at < text.size().
[[nodiscard]] Utf8Step nextCodePoint(std::string_view text, std::size_t at);

/// Columns of a terminal that printable text takes: two for CJK and emoji, none for combining marks.
[[nodiscard]] std::size_t displayWidth(std::string_view text);

/// Cut to at most `width` columns, ending in "…" where something is missing, and filled with spaces where `fill`.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t width, bool fill);

/// "248 KB", "1.21 GB": four significant digits at most, decimal units.
[[nodiscard]] std::string bytesText(ByteCount bytes);

/// A line as a row of eight heights, at most `columns` of them: each for the mean of a part of the values, a blank
/// where none is finite. `low` and `high` are the ends of the scale.
[[nodiscard]] std::string shapeText(std::span<const double> values, double low, double high, std::size_t columns);

/// Columns of the terminal on standard output; nothing to fit into (0) where it is a pipe or a file.
[[nodiscard]] std::size_t terminalWidth();

}  // namespace waypoint

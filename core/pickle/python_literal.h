// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace waypoint {

/// repr() of a Python float: the shortest text that reads back as the same number; "0.1", "1e-05", "3.0", "inf", "nan".
[[nodiscard]] std::string pythonFloat(double value);

/// repr() of a Python complex number: "(1+2j)", "2j".
[[nodiscard]] std::string pythonComplex(double real, double imaginary);

/// repr() of a Python str: quotes, escapes for what cannot be printed (control and direction marks, lone surrogates).
/// Bytes that are no UTF-8 are written \xNN.
[[nodiscard]] std::string pythonString(std::string_view utf8);

/// What stands between the quotes of pythonString() where no quote needs escaping: text on one line, nothing hidden.
[[nodiscard]] std::string oneLine(std::string_view utf8);

/// repr() of Python bytes: b'\x00abc'.
[[nodiscard]] std::string pythonBytes(std::string_view bytes);

/// Length in characters (code points).
[[nodiscard]] std::size_t characterCount(std::string_view utf8);

/// The first `characters` characters, whole.
[[nodiscard]] std::string_view firstCharacters(std::string_view utf8, std::size_t characters);

/// Each byte as the character with its number.
[[nodiscard]] std::string utf8FromLatin1(std::string_view bytes);

}  // namespace waypoint

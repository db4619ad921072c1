// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waypoint {

/// Whether `bytes` are well-formed UTF-8: no overlong forms, no surrogates.
[[nodiscard]] bool isUtf8(std::string_view bytes);

/// `bytes` as UTF-8 that can be shown: what is ill-formed (a lone surrogate, as Python's "surrogatepass" writes it,
/// or plain noise) becomes U+FFFD.
[[nodiscard]] std::string displayableUtf8(std::string_view bytes);

/// Appends one character; what is none (a surrogate, a number beyond Unicode) as U+FFFD.
void appendUtf8(std::string &out, std::uint32_t character);

/// UTF-8 text whose characters are all below U+0100, as one byte each; nothing for any other text.
[[nodiscard]] std::optional<std::string> latin1FromUtf8(std::string_view utf8);

/// Argument of STRING, a Python 2 string literal with its quotes; nothing where quotes or an escape are broken.
[[nodiscard]] std::optional<std::string> bytesOfStringLiteral(std::string_view literal);

/// Argument of UNICODE: Python's "raw-unicode-escape" (Latin-1 with \uXXXX and \UXXXXXXXX), as UTF-8.
/// Broken escapes stay as they are.
[[nodiscard]] std::string textOfRawUnicodeEscape(std::string_view escaped);

}  // namespace waypoint

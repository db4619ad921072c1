// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/printable.h"

#include <fmt/format.h>

namespace waypoint {

namespace {

/// Length of the UTF-8 sequence that `text` starts with (Unicode 15, table 3-7), or 0 where it is none.
std::size_t utf8Length(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const auto first = byte(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    // Overlong forms, surrogates and numbers beyond U+10FFFF show in the second byte.
    const auto lowest = first == 0xe0 ? 0xa0u : first == 0xf0 ? 0x90u : 0x80u;
    const auto highest = first == 0xed ? 0x9fu : first == 0xf4 ? 0x8fu : 0xbfu;
    if (byte(1) < lowest || byte(1) > highest)
        return 0;
    for (std::size_t i = 2; i < length; ++i)
        if ((byte(i) & 0xc0u) != 0x80)
            return 0;
    return length;
}

bool isControl(std::string_view sequence)
{
    const auto first = static_cast<unsigned char>(sequence[0]);
    if (sequence.size() == 1)
        return first < 0x20 || first == 0x7f;
    if (sequence.size() == 2)
        return first == 0xc2 && static_cast<unsigned char>(sequence[1]) < 0xa0;
    // Line and paragraph separators, and marks that turn the direction of the text after them.
    return sequence.size() == 3 && first == 0xe2
           && ((sequence[1] == '\x80' && ((sequence[2] >= '\xa8' && sequence[2] <= '\xae')))
               || (sequence[1] == '\x81' && sequence[2] >= '\xa6' && sequence[2] <= '\xa9'));
}

}  // namespace

std::string printable(std::string_view text, std::size_t longest)
{
    std::string out;
    while (!text.empty()) {
        const auto length = utf8Length(text);
        const auto sequence = text.substr(0, length == 0 ? 1 : length);
        const bool plain = length != 0 && !isControl(sequence);
        if (out.size() + (plain ? sequence.size() : 4 * sequence.size()) > longest)
            return out + "...";
        if (plain)
            out += sequence;
        else
            for (const char c : sequence)
                out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        text.remove_prefix(sequence.size());
    }
    return out;
}

std::string groupedDigits(std::uint64_t number)
{
    auto digits = fmt::format("{}", number);
    for (auto i = digits.size(); i > 3; i -= 3)
        digits.insert(i - 3, 1, ',');
    return digits;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/python_literal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace waypoint {

namespace {

struct Decoded
{
    std::uint32_t character = 0;
    std::size_t length = 0;  ///< 0: no UTF-8 here
};

constexpr bool isContinuation(unsigned char byte) { return (byte & 0xC0u) == 0x80u; }

/// Also takes lone surrogates, which Python writes in UTF-8's manner ("surrogatepass").
Decoded decode(std::string_view text)
{
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80)
        return {first, 1};
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length)
        return {};
    std::uint32_t character = first & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if (!isContinuation(next))
            return {};
        character = character << 6u | (next & 0x3Fu);
    }
    constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    if (character < kLeast[length] || character > 0x10FFFF)
        return {};
    return {character, length};
}

struct Characters
{
    std::uint32_t first;
    std::uint32_t last;
};

/// Unicode's categories Cc, Cf, Cs, Co, Zl, Zp and Zs but the space: what str.isprintable() refuses.
constexpr std::array<Characters, 25> kUnprintable{{
    {0x00, 0x1F},       {0x7F, 0xA0},       {0xAD, 0xAD},       {0x600, 0x605},     {0x61C, 0x61C},
    {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},     {0x8E2, 0x8E2},     {0x1680, 0x1680},
    {0x180E, 0x180E},   {0x2000, 0x200F},   {0x2028, 0x202F},   {0x205F, 0x206F},   {0x3000, 0x3000},
    {0xD800, 0xF8FF},   {0xFEFF, 0xFEFF},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},   {0x110BD, 0x110BD},
    {0x110CD, 0x110CD}, {0x13430, 0x1345F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF},
}};

bool isPrintable(std::uint32_t character)
{
    return std::ranges::none_of(kUnprintable,
                                [=](Characters range) { return range.first <= character && character <= range.last; });
}

void appendEscaped(std::string &out, std::uint32_t character)
{
    auto into = std::back_inserter(out);
    if (character == '\n')
        out += "\\n";
    else if (character == '\r')
        out += "\\r";
    else if (character == '\t')
        out += "\\t";
    else if (character < 0x100)
        fmt::format_to(into, "\\x{:02x}", character);
    else if (character < 0x10000)
        fmt::format_to(into, "\\u{:04x}", character);
    else
        fmt::format_to(into, "\\U{:08x}", character);
}

/// `quote` 0: nothing is escaped for the sake of quotes.
void appendText(std::string &out, std::string_view utf8, char quote)
{
    while (!utf8.empty()) {
        const Decoded decoded = decode(utf8);
        const std::size_t length = std::max<std::size_t>(decoded.length, 1);
        if (decoded.length == 0)
            appendEscaped(out, static_cast<unsigned char>(utf8.front()));
        else if (quote != 0 && (utf8.front() == quote || utf8.front() == '\\'))
            out.append(1, '\\').append(1, utf8.front());
        else if (!isPrintable(decoded.character))
            appendEscaped(out, decoded.character);
        else
            out.append(utf8.substr(0, length));
        utf8.remove_prefix(length);
    }
}

/// Python prefers ' and takes " where that saves an escape.
char quoteFor(std::string_view text)
{
    const bool hasSingle = text.find('\'') != std::string_view::npos;
    return hasSingle && text.find('"') == std::string_view::npos ? '"' : '\'';
}

/// A part of a complex number, which Python writes without ".0".
std::string bareFloat(double value)
{
    if (std::isnan(value))
        return "nan";
    return fmt::format("{}", value);
}

}  // namespace

std::string pythonFloat(double value)
{
    std::string text = bareFloat(value);
    const bool isWhole = text.find_first_not_of("-0123456789") == std::string::npos;
    return isWhole ? text + ".0" : text;
}

std::string pythonComplex(double real, double imaginary)
{
    const std::string second = bareFloat(imaginary) + "j";
    if (real == 0 && !std::signbit(real))
        return second;
    const bool needsPlus = std::isnan(imaginary) || !std::signbit(imaginary);
    return fmt::format("({}{}{})", bareFloat(real), needsPlus ? "+" : "", second);
}

std::string pythonString(std::string_view utf8)
{
    const char quote = quoteFor(utf8);
    std::string out(1, quote);
    appendText(out, utf8, quote);
    return out += quote;
}

std::string oneLine(std::string_view utf8)
{
    std::string out;
    appendText(out, utf8, 0);
    return out;
}

std::string pythonBytes(std::string_view bytes)
{
    const char quote = quoteFor(bytes);
    std::string out("b");
    out += quote;
    for (const char byte : bytes) {
        if (byte == quote || byte == '\\')
            out.append(1, '\\').append(1, byte);
        else if (byte >= 0x20 && byte < 0x7F)
            out += byte;
        else
            appendEscaped(out, static_cast<unsigned char>(byte));
    }
    return out += quote;
}

std::size_t characterCount(std::string_view utf8)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char byte) { return !isContinuation(static_cast<unsigned char>(byte)); }));
}

std::string_view firstCharacters(std::string_view utf8, std::size_t characters)
{
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        if (isContinuation(static_cast<unsigned char>(utf8[i])))
            continue;
        if (characters == 0)
            return utf8.substr(0, i);
        --characters;
    }
    return utf8;
}

std::string utf8FromLatin1(std::string_view bytes)
{
    std::string out;
    out.reserve(bytes.size());
    for (const char byte : bytes) {
        const auto number = static_cast<unsigned char>(byte);
        if (number < 0x80) {
            out += byte;
        } else {
            out += static_cast<char>(0xC0u | number >> 6u);
            out += static_cast<char>(0x80u | (number & 0x3Fu));
        }
    }
    return out;
}

}  // namespace waypoint

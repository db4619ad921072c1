// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_text.h"

#include <charconv>
#include <cstdint>
#include <cstring>

namespace waypoint {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool isContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

/// Bytes of the well-formed sequence `text` starts with, or 0.
std::size_t sequenceLength(std::string_view text)
{
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80)
        return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (!isContinuation(at(i)))
            return 0;
    const bool overlong = (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
    const bool surrogate = lead == 0xED && at(1) >= 0xA0;
    const bool beyondUnicode = lead == 0xF4 && at(1) >= 0x90;
    return overlong || surrogate || beyondUnicode ? 0 : length;
}

/// Bytes at the front of `text` that are ASCII, found eight at a time.
std::size_t asciiPrefix(std::string_view text)
{
    std::size_t i = 0;
    for (std::uint64_t word = 0; text.size() - i >= sizeof(word); i += sizeof(word)) {
        std::memcpy(&word, text.data() + i, sizeof(word));
        if (word & 0x8080808080808080u)
            break;
    }
    while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80)
        ++i;
    return i;
}

/// The number that all of `digits` write in `base`.
std::optional<std::uint32_t> numberOf(std::string_view digits, int base)
{
    std::uint32_t number = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (failure != std::errc() || end != digits.data() + digits.size() || digits.empty())
        return std::nullopt;
    return number;
}

/// Character behind the single-letter escapes of a Python string literal, or 0.
char simpleEscape(char letter)
{
    switch (letter) {
    case '\\':
        return '\\';
    case '\'':
        return '\'';
    case '"':
        return '"';
    case 'a':
        return '\a';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'v':
        return '\v';
    default:
        return 0;
    }
}

/// Appends what the escape at the front of `rest` (just behind its backslash) stands for and drops it from `rest`.
bool appendEscaped(std::string &out, std::string_view &rest)
{
    const char letter = rest.front();
    std::size_t used = 1;
    if (const char plain = simpleEscape(letter)) {
        out.push_back(plain);
    } else if (letter == 'x') {
        const auto number = rest.size() >= 3 ? numberOf(rest.substr(1, 2), 16) : std::nullopt;
        if (!number)
            return false;
        out.push_back(static_cast<char>(*number));
        used = 3;
    } else if (letter >= '0' && letter <= '7') {
        while (used < 3 && used < rest.size() && rest[used] >= '0' && rest[used] <= '7')
            ++used;
        out.push_back(static_cast<char>(numberOf(rest.substr(0, used), 8).value_or(0)));
    } else {
        out.push_back('\\');  // Python keeps the backslash of an escape it does not know
        out.push_back(letter);
    }
    rest.remove_prefix(used);
    return true;
}

/// Number of the \uXXXX or \UXXXXXXXX escape that `text` starts with.
std::optional<std::uint32_t> unicodeEscape(std::string_view text)
{
    if (text.size() < 2 || text[0] != '\\' || (text[1] != 'u' && text[1] != 'U'))
        return std::nullopt;
    const std::size_t digits = text[1] == 'u' ? 4 : 8;
    return text.size() >= 2 + digits ? numberOf(text.substr(2, digits), 16) : std::nullopt;
}

}  // namespace

bool isUtf8(std::string_view bytes)
{
    while (true) {
        bytes.remove_prefix(asciiPrefix(bytes));
        if (bytes.empty())
            return true;
        const std::size_t length = sequenceLength(bytes);
        if (length == 0)
            return false;
        bytes.remove_prefix(length);
    }
}

std::string displayableUtf8(std::string_view bytes)
{
    std::string out;
    while (!bytes.empty()) {
        std::size_t length = sequenceLength(bytes);
        if (length > 0) {
            out += bytes.substr(0, length);
        } else {
            const bool surrogate = bytes.size() >= 3 && bytes[0] == '\xED'
                                   && isContinuation(static_cast<unsigned char>(bytes[1]))
                                   && isContinuation(static_cast<unsigned char>(bytes[2]));
            out += kReplacement;
            length = surrogate ? 3 : 1;
        }
        bytes.remove_prefix(length);
    }
    return out;
}

void appendUtf8(std::string &out, std::uint32_t character)
{
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0 | character >> 6);
        put(0x80 | (character & 0x3F));
    } else if (character >= 0xD800 && character < 0xE000) {
        out += kReplacement;
    } else if (character < 0x10000) {
        put(0xE0 | character >> 12);
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    } else if (character < 0x110000) {
        put(0xF0 | character >> 18);
        put(0x80 | (character >> 12 & 0x3F));
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    } else {
        out += kReplacement;
    }
}

std::optional<std::string> latin1FromUtf8(std::string_view utf8)
{
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        if (lead < 0x80) {
            out.push_back(utf8[i]);
            continue;
        }
        if ((lead != 0xC2 && lead != 0xC3) || i + 1 == utf8.size()
            || !isContinuation(static_cast<unsigned char>(utf8[i + 1])))
            return std::nullopt;
        ++i;
        out.push_back(static_cast<char>((lead & 0x03) << 6 | (utf8[i] & 0x3F)));
    }
    return out;
}

std::optional<std::string> bytesOfStringLiteral(std::string_view literal)
{
    while (!literal.empty() && (literal.back() == '\r' || literal.back() == ' '))
        literal.remove_suffix(1);
    const bool quoted =
        literal.size() >= 2 && literal.front() == literal.back() && (literal.front() == '\'' || literal.front() == '"');
    if (!quoted)
        return std::nullopt;
    std::string out;
    std::string_view rest = literal.substr(1, literal.size() - 2);
    while (!rest.empty()) {
        const std::size_t plain = std::min(rest.find('\\'), rest.size());
        out += rest.substr(0, plain);
        rest.remove_prefix(plain);
        if (rest.empty())
            break;
        rest.remove_prefix(1);
        if (rest.empty() || !appendEscaped(out, rest))
            return std::nullopt;
    }
    return out;
}

std::string textOfRawUnicodeEscape(std::string_view escaped)
{
    std::string out;
    out.reserve(escaped.size());
    for (std::size_t i = 0; i < escaped.size();) {
        if (escaped[i] != '\\') {
            appendUtf8(out, static_cast<unsigned char>(escaped[i++]));
            continue;
        }
        auto character = unicodeEscape(escaped.substr(i));
        if (!character) {
            // A backslash takes the next character with it, so that \\u0041 is no escape.
            out.push_back(escaped[i++]);
            if (i < escaped.size())
                appendUtf8(out, static_cast<unsigned char>(escaped[i++]));
            continue;
        }
        i += escaped[i + 1] == 'u' ? 6 : 10;
        if (*character >= 0xD800 && *character < 0xDC00) {
            // Python 2 with 16-bit characters writes everything beyond U+FFFF as two escapes.
            const auto second = unicodeEscape(escaped.substr(i));
            if (second && *second >= 0xDC00 && *second < 0xE000) {
                character = 0x10000 + ((*character - 0xD800) << 10) + (*second - 0xDC00);
                i += escaped[i + 1] == 'u' ? 6 : 10;
            }
        }
        appendUtf8(out, *character);
    }
    return out;
}

}  // namespace waypoint

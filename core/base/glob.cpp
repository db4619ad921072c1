// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/glob.h"

#include <cstddef>
#include <optional>

namespace waypoint {

namespace {

/// The character that starts at `at`, and how many bytes it takes.
struct Character
{
    std::string_view bytes;
};

Character characterAt(std::string_view text, std::size_t at)
{
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        ++end;
    return {text.substr(at, end - at)};
}

/// How much of the pattern `[...]` takes, and whether `c` is in it; nothing where there is no closing bracket.
struct SetMatch
{
    std::size_t length;
    bool found;
};

std::optional<SetMatch> matchSet(std::string_view pattern, std::string_view c)
{
    std::size_t i = 1;
    const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
    i += negated ? 1 : 0;
    bool found = false;
    for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
        const std::string_view low = characterAt(pattern, i).bytes;
        i += low.size();
        std::string_view high = low;
        if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
            high = characterAt(pattern, i + 1).bytes;
            i += 1 + high.size();
        }
        // UTF-8 sorts as its code points do.
        found = found || (low <= c && c <= high);
    }
    if (i >= pattern.size())
        return std::nullopt;
    return SetMatch{i + 1, found != negated};
}

/// Bytes of `pattern` that match the single character `c`, 0 where it does not match.
std::size_t matchOne(std::string_view pattern, std::string_view c)
{
    if (pattern.empty())
        return 0;
    if (pattern.front() == '?')
        return 1;
    if (pattern.front() == '[')
        if (const auto set = matchSet(pattern, c))
            return set->found ? set->length : 0;
    const std::string_view literal = characterAt(pattern, 0).bytes;
    return literal == c ? literal.size() : 0;
}

}  // namespace

bool globMatches(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::optional<std::size_t> starAt;
    std::size_t starText = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            starAt = ++p;
            starText = t;
            continue;
        }
        const std::string_view c = characterAt(text, t).bytes;
        if (const std::size_t taken = matchOne(pattern.substr(p), c)) {
            p += taken;
            t += c.size();
        } else if (starAt) {
            // The last star takes one character more; earlier ones need no second try.
            p = *starAt;
            starText += characterAt(text, starText).bytes.size();
            t = starText;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

}  // namespace waypoint

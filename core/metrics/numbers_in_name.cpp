// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/numbers_in_name.h"

#include "core/metrics/log_fields.h"

#include <algorithm>

namespace waypoint {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 128;
}

std::size_t digitsAt(std::string_view text, std::size_t at)
{
    std::size_t end = at;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    return end - at;
}

/// Length of the number at the start: 12, 0.31, 1e-05; a point or an e counts only with digits behind it.
std::size_t numberLength(std::string_view text)
{
    std::size_t length = digitsAt(text, 0);
    if (length < text.size() && text[length] == '.' && digitsAt(text, length + 1) > 0)
        length += 1 + digitsAt(text, length + 1);
    if (length > 0 && length < text.size() && text[length] == 'e') {
        const bool sign = length + 1 < text.size() && (text[length + 1] == '-' || text[length + 1] == '+');
        const std::size_t exponent = length + (sign ? 2 : 1);
        if (const std::size_t digits = digitsAt(text, exponent); digits > 0)
            length = exponent + digits;
    }
    return length;
}

/// "val_loss=" -> "val_loss", "-" -> "".
std::string_view trimmed(std::string_view name)
{
    const auto isPart = [](char c) { return isLetter(c) || isDigit(c); };
    while (!name.empty() && !isPart(name.front()))
        name.remove_prefix(1);
    while (!name.empty() && !isPart(name.back()))
        name.remove_suffix(1);
    return name;
}

/// "top1=0.9", "f1_0.8": digits that belong to the name.
bool isPartOfName(std::string_view name, std::string_view after)
{
    const bool single = (name.ends_with("top") || name.ends_with("f") || name.ends_with("acc") || name.ends_with("map"))
                        && name.size() <= 12;
    if (!single || after.size() < 2 || (after[0] != '=' && after[0] != '_' && after[0] != '-'))
        return false;
    return isDigit(after[1]);
}

}  // namespace

std::vector<std::pair<std::string, double>> numbersInName(std::string_view stem)
{
    std::vector<std::pair<std::string, double>> found;
    std::size_t nameStart = 0;
    for (std::size_t i = 0; i < stem.size();) {
        const std::size_t length = numberLength(stem.substr(i));
        if (length == 0) {
            ++i;
            continue;
        }
        const std::string_view name = trimmed(stem.substr(nameStart, i - nameStart));
        if (length == 1 && isPartOfName(name, stem.substr(i + 1))) {
            ++i;
            continue;
        }
        // "loss=-1.5": a minus right behind "=".
        const bool negative = i >= 2 && stem[i - 1] == '-' && stem[i - 2] == '=';
        if (const auto number = numberOfText(stem.substr(i, length)))
            found.emplace_back(name, negative ? -*number : *number);
        i += length;
        nameStart = i;
    }
    return found;
}

}  // namespace waypoint

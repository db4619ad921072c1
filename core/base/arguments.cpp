// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/arguments.h"

#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace waypoint {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

/// Python lets underscores separate digits: 1_000.
std::optional<std::string> withoutUnderscores(std::string_view text)
{
    std::string digits;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto isDigit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
        if (text[at] != '_')
            digits += text[at];
        else if (at == 0 || !isDigit(at - 1) || !isDigit(at + 1))
            return std::nullopt;
    }
    return digits;
}

std::optional<double> specialNumber(std::string_view word)
{
    const double sign = word.starts_with('-') ? -1 : 1;
    if (word.starts_with('-'))
        word.remove_prefix(1);
    if (word == "inf" || word == "infinity")
        return sign * std::numeric_limits<double>::infinity();
    if (word == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
}

/// from_chars knows no leading '+'; Python does.
std::string_view withoutPlus(std::string_view text)
{
    return text.size() > 1 && text[0] == '+' && text[1] != '-' ? text.substr(1) : text;
}

template<typename T>
std::optional<T> parsedDigits(std::string_view text)
{
    const auto digits = withoutUnderscores(withoutPlus(trimmed(text)));
    if (!digits)
        return std::nullopt;
    T value{};
    const auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), value);
    if (error != std::errc{} || end != digits->data() + digits->size())
        return std::nullopt;
    return value;
}

std::optional<double> asNumber(std::string_view text)
{
    if (const auto special = specialNumber(lower(withoutPlus(trimmed(text)))))
        return special;
    return parsedDigits<double>(text);
}

std::optional<std::int64_t> asInteger(std::string_view text) { return parsedDigits<std::int64_t>(text); }

std::optional<bool> asFlag(std::string_view text)
{
    const auto word = trimmed(text);
    if (word == "true" || word == "True" || word == "1")
        return true;
    if (word == "false" || word == "False" || word == "0")
        return false;
    return std::nullopt;
}

std::string_view withoutBrackets(std::string_view text)
{
    text = trimmed(text);
    const bool bracketed =
        text.size() >= 2
        && ((text.front() == '[' && text.back() == ']') || (text.front() == '(' && text.back() == ')'));
    return bracketed ? trimmed(text.substr(1, text.size() - 2)) : text;
}

/// Python's tuples of one end in a comma: "(5,)".
std::vector<std::string_view> listItems(std::string_view text)
{
    text = withoutBrackets(text);
    if (text.ends_with(','))
        text.remove_suffix(1);
    std::vector<std::string_view> items;
    while (!text.empty()) {
        const auto comma = text.find(',');
        items.push_back(text.substr(0, comma));
        if (comma == std::string_view::npos)
            break;
        text.remove_prefix(comma + 1);
        if (text.empty())
            items.push_back(text);
    }
    return items;
}

template<typename T>
std::optional<std::vector<T>> parsedList(std::string_view text, std::optional<T> (*parse)(std::string_view))
{
    std::vector<T> values;
    for (const auto item : listItems(text)) {
        const auto value = parse(item);
        if (!value)
            return std::nullopt;
        values.push_back(*value);
    }
    return values;
}

Error unfit(std::string_view key, std::string_view text, std::string_view expected)
{
    return Error{ErrorCode::BadArgument, fmt::format("{}={}: expected {}", printable(key), printable(text), expected)};
}

std::string joined(std::span<const std::string_view> words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace

Result<Arguments> Arguments::parse(std::span<const std::string> pairs)
{
    Arguments arguments;
    for (const auto &pair : pairs) {
        const auto equals = pair.find('=');
        const auto key = trimmed(std::string_view(pair).substr(0, equals));
        if (equals == std::string::npos || key.empty())
            return Error{ErrorCode::BadArgument, fmt::format("'{}': expected KEY=VALUE", printable(pair))};
        arguments.set(std::string(key), std::string(trimmed(std::string_view(pair).substr(equals + 1))));
    }
    return arguments;
}

bool Arguments::has(std::string_view key) const { return m_values.contains(key); }

Result<double> Arguments::number(std::string_view key, double fallback) const
{
    const auto at = m_values.find(key);
    if (at == m_values.end())
        return fallback;
    const auto value = asNumber(at->second);
    return value ? Result<double>(*value) : unfit(key, at->second, "a number");
}

Result<std::int64_t> Arguments::integer(std::string_view key, std::int64_t fallback) const
{
    const auto at = m_values.find(key);
    if (at == m_values.end())
        return fallback;
    const auto value = asInteger(at->second);
    return value ? Result<std::int64_t>(*value) : unfit(key, at->second, "a whole number");
}

Result<bool> Arguments::flag(std::string_view key, bool fallback) const
{
    const auto at = m_values.find(key);
    if (at == m_values.end())
        return fallback;
    const auto value = asFlag(at->second);
    return value ? Result<bool>(*value) : unfit(key, at->second, "true or false");
}

std::string Arguments::text(std::string_view key, std::string_view fallback) const
{
    const auto at = m_values.find(key);
    return at == m_values.end() ? std::string(fallback) : at->second;
}

Result<std::vector<double>> Arguments::numbers(std::string_view key, std::vector<double> fallback) const
{
    const auto at = m_values.find(key);
    if (at == m_values.end())
        return fallback;
    auto values = parsedList<double>(at->second, asNumber);
    return values ? Result(std::move(*values)) : unfit(key, at->second, "numbers separated by commas");
}

Result<std::vector<std::int64_t>> Arguments::integers(std::string_view key, std::vector<std::int64_t> fallback) const
{
    const auto at = m_values.find(key);
    if (at == m_values.end())
        return fallback;
    auto values = parsedList<std::int64_t>(at->second, asInteger);
    return values ? Result(std::move(*values)) : unfit(key, at->second, "whole numbers separated by commas");
}

Result<void> Arguments::onlyKnows(std::span<const std::string_view> known, std::string_view what) const
{
    for (const auto &[key, text] : m_values) {
        if (std::find(known.begin(), known.end(), key) != known.end())
            continue;
        const auto takes = known.empty() ? "no settings" : joined(known);
        return Error{ErrorCode::BadArgument,
                     fmt::format("{} has no setting '{}'; it takes {}", what, printable(key), takes)};
    }
    return {};
}

}  // namespace waypoint

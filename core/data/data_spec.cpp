// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_spec.h"

#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace waypoint {

namespace {

constexpr std::string_view kSpecs =
    "Data is one of iris, digits, csv:FILE, mnist:DIR, cifar10:DIR, folder:DIR, tensors:FILE, "
    "synthetic:classes=10,shape=3x32x32,count=512,seed=3.";

std::vector<std::string> pieces(std::string_view text, char separator)
{
    std::vector<std::string> all;
    for (;;) {
        const auto end = text.find(separator);
        all.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return all;
        text.remove_prefix(end + 1);
    }
}

bool looksLikeOption(std::string_view text)
{
    const auto equals = text.find('=');
    return equals != std::string_view::npos && equals > 0
           && std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals),
                          [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

Error badOption(std::string_view key, std::string_view text, std::string_view expected)
{
    return {ErrorCode::BadArgument, fmt::format("{}={}: {} is expected", key, printable(text), expected), {}, {}, {}};
}

}  // namespace

Error noSuchSpec(std::string detail)
{
    return {ErrorCode::BadArgument, std::move(detail), {}, std::string(kSpecs), {}};
}

Result<DataSpec> parseDataSpec(std::string_view text)
{
    const auto end = std::min(text.find_first_of(":,"), text.size());
    DataSpec spec{std::string(text), std::string(text.substr(0, end)), {}, {}, {}};
    const bool hasPath = end < text.size() && text[end] == ':';
    auto rest = end < text.size() ? text.substr(end + 1) : std::string_view();
    // A path may have commas: options are taken from the end, as long as they look like some.
    std::vector<std::string> options;
    while (!rest.empty()) {
        const auto comma = rest.rfind(',');
        const auto last = comma == std::string_view::npos ? rest : rest.substr(comma + 1);
        if (!looksLikeOption(last))
            break;
        options.emplace_back(last);
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
    }
    if (!rest.empty() && !hasPath)
        return noSuchSpec(fmt::format("'{}': '{}' is not KEY=VALUE", printable(text), printable(rest)));
    spec.path = std::string(rest);
    std::reverse(options.begin(), options.end());
    auto parsed = Arguments::parse(options);
    if (!parsed)
        return parsed.error();
    spec.options = *std::move(parsed);
    return spec;
}

Result<void> DataSpec::onlyKnows(std::initializer_list<std::string_view> known) const
{
    std::vector<std::string_view> keys(known);
    keys.emplace_back("holdout");
    return options.onlyKnows(keys, kind);
}

Result<std::vector<std::int64_t>> DataSpec::sizes(std::string_view key, std::vector<std::int64_t> fallback) const
{
    if (!options.has(key))
        return fallback;
    const auto written = options.text(key, "");
    std::vector<std::int64_t> sizes;
    for (const auto &piece : pieces(written, 'x')) {
        std::int64_t size = 0;
        const auto [end, problem] = std::from_chars(piece.data(), piece.data() + piece.size(), size);
        if (problem != std::errc{} || end != piece.data() + piece.size() || size < 1)
            return badOption(key, written, "sizes above 0 with x between them, as 3x32x32,");
        sizes.push_back(size);
    }
    return sizes;
}

Result<std::vector<double>> DataSpec::numbers(std::string_view key, std::vector<double> fallback) const
{
    if (!options.has(key))
        return fallback;
    std::vector<double> numbers;
    for (const auto &piece : pieces(options.text(key, ""), ':')) {
        auto number = Arguments{{std::string(key), piece}}.number(key, 0);
        if (!number)
            return number.error();
        numbers.push_back(*number);
    }
    return numbers;
}

std::vector<std::string> DataSpec::names(std::string_view key) const
{
    if (!options.has(key))
        return {};
    return pieces(options.text(key, ""), ':');
}

}  // namespace waypoint

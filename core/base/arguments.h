// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Named settings as a command line gives them: "milestones=10,20", "T_max=60", "nesterov=true". Values stay text
/// until somebody asks for a type; an error then names the key, the text and what was expected.
class Arguments
{
public:
    Arguments() = default;
    Arguments(std::initializer_list<std::pair<const std::string, std::string>> pairs) : m_values(pairs) {}

    /// "key=value" each; a later one replaces an earlier one. BadArgument where there is no '=' or no key.
    static Result<Arguments> parse(std::span<const std::string> pairs);

    void set(std::string key, std::string text) { m_values[std::move(key)] = std::move(text); }
    [[nodiscard]] bool has(std::string_view key) const;
    [[nodiscard]] bool empty() const { return m_values.empty(); }
    /// In alphabetical order of keys.
    [[nodiscard]] const std::map<std::string, std::string, std::less<>> &items() const { return m_values; }

    /// The value under `key`, or `fallback` where there is none. Numbers as Python writes them ("1e-3", "inf"), flags
    /// as true/false/True/False/1/0.
    [[nodiscard]] Result<double> number(std::string_view key, double fallback) const;
    [[nodiscard]] Result<std::int64_t> integer(std::string_view key, std::int64_t fallback) const;
    [[nodiscard]] Result<bool> flag(std::string_view key, bool fallback) const;
    [[nodiscard]] std::string text(std::string_view key, std::string_view fallback) const;
    /// Comma-separated; brackets or parentheses around them are allowed.
    [[nodiscard]] Result<std::vector<double>> numbers(std::string_view key, std::vector<double> fallback) const;
    [[nodiscard]] Result<std::vector<std::int64_t>> integers(std::string_view key,
                                                             std::vector<std::int64_t> fallback) const;

    /// Nothing where every key is one of `known`; else BadArgument that names the key, `what` ("StepLR") and the keys
    /// it takes.
    [[nodiscard]] Result<void> onlyKnows(std::span<const std::string_view> known, std::string_view what) const;

    bool operator==(const Arguments &) const = default;

private:
    std::map<std::string, std::string, std::less<>> m_values;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace waypoint {

/// A setting of a param_group as Python has it: None, bool, int, float, str, a pair (betas), or something Waypoint only
/// passes on (a node of the optimizer's own tree).
using SettingValue =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::pair<double, double>, ValueId>;

struct Setting
{
    std::string key;
    SettingValue value;
};

/// The settings of one param_group, in Python's order, which tells Adam from AdamW.
class GroupSettings
{
public:
    GroupSettings() = default;
    GroupSettings(std::initializer_list<Setting> settings) : m_settings(settings) {}

    [[nodiscard]] const std::vector<Setting> &items() const { return m_settings; }
    [[nodiscard]] const SettingValue *find(std::string_view key) const;
    /// Replaces, or adds at the end.
    void set(std::string_view key, SettingValue value);

    /// bool, int or float; 0 where there is none.
    [[nodiscard]] double number(std::string_view key) const;
    [[nodiscard]] bool flag(std::string_view key) const { return number(key) != 0; }
    [[nodiscard]] std::int64_t integer(std::string_view key) const { return static_cast<std::int64_t>(number(key)); }
    /// Empty where it is no text.
    [[nodiscard]] std::string_view text(std::string_view key) const;
    /// Requires: the class has betas.
    [[nodiscard]] std::pair<double, double> betas() const;

private:
    std::vector<Setting> m_settings;
};

}  // namespace waypoint

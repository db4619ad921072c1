// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/group_settings.h"

#include <algorithm>

namespace waypoint {

const SettingValue *GroupSettings::find(std::string_view key) const
{
    const auto found = std::find_if(m_settings.begin(), m_settings.end(),
                                    [key](const Setting &setting) { return setting.key == key; });
    return found == m_settings.end() ? nullptr : &found->value;
}

void GroupSettings::set(std::string_view key, SettingValue value)
{
    const auto found = std::find_if(m_settings.begin(), m_settings.end(),
                                    [key](const Setting &setting) { return setting.key == key; });
    if (found == m_settings.end())
        m_settings.push_back({std::string(key), std::move(value)});
    else
        found->value = std::move(value);
}

double GroupSettings::number(std::string_view key) const
{
    const SettingValue *const value = find(key);
    if (!value)
        return 0;
    if (const auto *real = std::get_if<double>(value))
        return *real;
    if (const auto *integer = std::get_if<std::int64_t>(value))
        return static_cast<double>(*integer);
    const auto *flag = std::get_if<bool>(value);
    return flag && *flag ? 1 : 0;
}

std::string_view GroupSettings::text(std::string_view key) const
{
    const SettingValue *const value = find(key);
    const auto *text = value ? std::get_if<std::string>(value) : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

std::pair<double, double> GroupSettings::betas() const { return std::get<std::pair<double, double>>(*find("betas")); }

}  // namespace waypoint

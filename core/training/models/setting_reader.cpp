// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/setting_reader.h"

#include "core/pickle/python_literal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <type_traits>

namespace waypoint {

namespace {

std::optional<std::int64_t> asInteger(const Setting &setting)
{
    if (const auto *number = std::get_if<std::int64_t>(&setting))
        return *number;
    if (const auto *flag = std::get_if<bool>(&setting))
        return *flag ? 1 : 0;
    return std::nullopt;
}

std::optional<double> asNumber(const Setting &setting)
{
    if (const auto *number = std::get_if<double>(&setting))
        return *number;
    if (const auto number = asInteger(setting))
        return static_cast<double>(*number);
    return std::nullopt;
}

template<typename T>
std::vector<T> spread(std::vector<T> values, std::size_t count)
{
    if (values.size() == 1 && count > 1)
        values.resize(count, values.front());
    return values;
}

bool same(const Setting &a, const Setting &b)
{
    const auto x = asNumber(a);
    const auto y = asNumber(b);
    return x && y ? *x == *y : a == b;
}

}  // namespace

std::string settingText(const Setting &setting)
{
    return std::visit(
        [](const auto &value) -> std::string {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, std::monostate>)
                return "None";
            else if constexpr (std::is_same_v<T, bool>)
                return value ? "True" : "False";
            else if constexpr (std::is_same_v<T, double>)
                return pythonFloat(value);
            else if constexpr (std::is_same_v<T, std::string>)
                return pythonString(value);
            else if constexpr (std::is_same_v<T, std::int64_t>)
                return fmt::format("{}", value);
            else
                return fmt::format("({})", fmt::join(value, ", "));
        },
        setting);
}

const Setting *SettingReader::find(std::string_view name)
{
    m_asked.emplace(name);
    const auto found = m_layer.settings.find(name);
    return found == m_layer.settings.end() ? nullptr : &found->second;
}

void SettingReader::complain(std::string_view name, const Setting &value)
{
    if (m_problem.empty())
        m_problem = fmt::format("{}={}", name, settingText(value));
}

std::int64_t SettingReader::integer(std::string_view name, std::int64_t fallback)
{
    const Setting *setting = find(name);
    if (!setting)
        return fallback;
    if (const auto number = asInteger(*setting))
        return *number;
    if (const auto *list = std::get_if<std::vector<std::int64_t>>(setting); list && list->size() == 1)
        return list->front();
    complain(name, *setting);
    return fallback;
}

double SettingReader::number(std::string_view name, double fallback)
{
    const Setting *setting = find(name);
    if (!setting)
        return fallback;
    if (const auto number = asNumber(*setting))
        return *number;
    complain(name, *setting);
    return fallback;
}

bool SettingReader::flag(std::string_view name, bool fallback)
{
    const Setting *setting = find(name);
    if (!setting)
        return fallback;
    if (const auto number = asInteger(*setting))
        return *number != 0;
    complain(name, *setting);
    return fallback;
}

std::string SettingReader::text(std::string_view name, std::string_view fallback)
{
    const Setting *setting = find(name);
    if (!setting)
        return std::string(fallback);
    if (const auto *text = std::get_if<std::string>(setting))
        return *text;
    complain(name, *setting);
    return std::string(fallback);
}

std::vector<std::int64_t> SettingReader::integers(std::string_view name, std::size_t count,
                                                  std::vector<std::int64_t> fallback)
{
    const Setting *setting = find(name);
    if (!setting)
        return spread(std::move(fallback), count);
    if (const auto number = asInteger(*setting))
        return spread(std::vector{*number}, count);
    const auto *list = std::get_if<std::vector<std::int64_t>>(setting);
    if (list && (count == 0 || list->size() == count || list->size() == 1))
        return spread(*list, count);
    complain(name, *setting);
    return spread(std::move(fallback), count);
}

std::vector<double> SettingReader::numbers(std::string_view name, std::size_t count)
{
    const Setting *setting = find(name);
    if (!setting || std::holds_alternative<std::monostate>(*setting))
        return {};
    if (const auto number = asNumber(*setting))
        return spread(std::vector{*number}, count);
    if (const auto *list = std::get_if<std::vector<double>>(setting))
        return spread(*list, count);
    if (const auto *list = std::get_if<std::vector<std::int64_t>>(setting))
        return spread(std::vector<double>(list->begin(), list->end()), count);
    complain(name, *setting);
    return {};
}

bool SettingReader::isNone(std::string_view name)
{
    const Setting *setting = find(name);
    return !setting || std::holds_alternative<std::monostate>(*setting);
}

bool SettingReader::isText(std::string_view name)
{
    const Setting *setting = find(name);
    return setting && std::holds_alternative<std::string>(*setting);
}

void SettingReader::ignore(std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names)
        m_asked.emplace(name);
}

void SettingReader::require(std::string_view name, const Setting &value)
{
    if (const Setting *setting = find(name); setting && !same(*setting, value))
        complain(name, *setting);
}

std::string SettingReader::problem() const
{
    if (!m_problem.empty())
        return m_problem;
    for (const auto &[name, setting] : m_layer.settings)
        if (!m_asked.contains(name))
            return fmt::format("{}={}", name, settingText(setting));
    return {};
}

}  // namespace waypoint

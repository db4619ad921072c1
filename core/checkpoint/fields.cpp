// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/fields.h"

#include <algorithm>

namespace waypoint {

Fields::Fields(Value value)
{
    if (value.is(ValueKind::Dict)) {
        add(value);
    } else if (value.is(ValueKind::Object)) {
        const ObjectValue &object = value.object();
        const Value state = value.wrap(object.state);
        add(state);
        // __getstate__ of a class with __slots__ gives (dict or None, dict of slots).
        if (state.is(ValueKind::Tuple) && state.count() == 2)
            for (std::size_t i = 0; i < 2; ++i)
                add(state.at(i));
        add(value.wrap(object.dictItems));
    }
    const auto byKey = [](const Field &a, const Field &b) { return a.key < b.key; };
    std::stable_sort(m_fields.begin(), m_fields.end(), byKey);
}

void Fields::add(Value dict)
{
    if (!dict.is(ValueKind::Dict) || dict.count() > kMost)
        return;
    for (std::size_t i = 0; i < dict.count(); ++i)
        if (const Value key = dict.key(i); key.is(ValueKind::Str))
            m_fields.push_back({key.text(), dict.at(i)});
}

Value Fields::operator[](std::string_view key) const
{
    // The last of equal keys wins, as in Python.
    const auto after = std::upper_bound(m_fields.begin(), m_fields.end(), key,
                                        [](std::string_view wanted, const Field &field) { return wanted < field.key; });
    if (after == m_fields.begin() || std::prev(after)->key != key)
        return {};
    return std::prev(after)->value;
}

bool Fields::hasAll(std::initializer_list<std::string_view> keys) const
{
    return std::all_of(keys.begin(), keys.end(), [this](std::string_view key) { return has(key); });
}

bool Fields::hasAny(std::initializer_list<std::string_view> keys) const
{
    return std::any_of(keys.begin(), keys.end(), [this](std::string_view key) { return has(key); });
}

std::vector<std::string_view> Fields::keys() const
{
    std::vector<std::string_view> keys;
    keys.reserve(m_fields.size());
    for (const Field &field : m_fields)
        if (keys.empty() || keys.back() != field.key)
            keys.push_back(field.key);
    return keys;
}

std::size_t positionOfKey(Value dict, std::string_view key)
{
    if (!dict.is(ValueKind::Dict))
        return dict.count();
    for (std::size_t i = 0; i < dict.count(); ++i)
        if (dict.key(i).is(ValueKind::Str) && dict.key(i).text() == key)
            return i;
    return dict.count();
}

}  // namespace waypoint

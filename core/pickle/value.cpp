// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value.h"

namespace waypoint {

std::optional<std::int64_t> Value::integer() const
{
    if (is(ValueKind::Int) || is(ValueKind::Bool))
        return m_tree->integer(m_id);
    return std::nullopt;
}

std::optional<double> Value::number() const
{
    if (is(ValueKind::Float))
        return m_tree->real(m_id);
    if (const auto whole = integer())
        return static_cast<double>(*whole);
    return std::nullopt;
}

std::size_t Value::count() const
{
    if (!isValid())
        return 0;
    const std::size_t children = m_tree->children(m_id).size();
    return kind() == ValueKind::Dict ? children / 2 : children;
}

Value Value::at(std::size_t i) const
{
    if (i >= count())
        return {};
    return wrap(m_tree->children(m_id)[kind() == ValueKind::Dict ? 2 * i + 1 : i]);
}

Value Value::key(std::size_t i) const
{
    if (kind() != ValueKind::Dict || i >= count())
        return {};
    return wrap(m_tree->children(m_id)[2 * i]);
}

Value Value::operator[](std::string_view name) const
{
    if (is(ValueKind::Object)) {
        const ObjectValue &object = m_tree->object(m_id);
        if (object.dictItems.isValid())
            if (const Value found = wrap(object.dictItems)[name]; found.isValid())
                return found;
        if (!object.state.isValid() || object.state == m_id)
            return {};
        const Value state = wrap(object.state);
        if (state.is(ValueKind::Dict))
            return state[name];
        // __getstate__ of a class with __slots__ gives (dict or None, dict of slots).
        for (std::size_t i = 0; state.is(ValueKind::Tuple) && i < state.count(); ++i)
            if (const Value part = state.at(i); part.is(ValueKind::Dict) && part.contains(name))
                return part[name];
        return {};
    }
    for (std::size_t i = count(); kind() == ValueKind::Dict && i > 0; --i)
        if (key(i - 1).is(ValueKind::Str) && key(i - 1).text() == name)
            return at(i - 1);
    return {};
}

}  // namespace waypoint

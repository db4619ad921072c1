// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/shared_values.h"

namespace waypoint {

ValueId SharedValues::none()
{
    if (!m_none.isValid())
        m_none = m_tree.addNone();
    return m_none;
}

ValueId SharedValues::boolean(bool value)
{
    ValueId &known = m_bools[value ? 1 : 0];
    if (!known.isValid())
        known = m_tree.addBool(value);
    return known;
}

ValueId SharedValues::integer(std::int64_t value)
{
    if (value < kLeastInt || value > kMostInt)
        return m_tree.addInt(value);
    if (m_ints.empty())
        m_ints.resize(static_cast<std::size_t>(kMostInt - kLeastInt + 1));
    ValueId &known = m_ints[static_cast<std::size_t>(value - kLeastInt)];
    if (!known.isValid())
        known = m_tree.addInt(value);
    return known;
}

ValueId SharedValues::emptyTuple()
{
    if (!m_emptyTuple.isValid())
        m_emptyTuple = m_tree.addContainer(ValueKind::Tuple);
    return m_emptyTuple;
}

ValueId SharedValues::global(std::string_view module, std::string_view name, ByteOffset at)
{
    m_scratch.assign(module);
    if (!module.empty())
        m_scratch.push_back('.');
    m_scratch.append(name);
    if (const auto found = m_globals.find(m_scratch); found != m_globals.end())
        return found->second;
    const ValueId id = m_tree.addGlobal(module, name);
    m_globals.emplace(m_scratch, id);
    m_bytes += m_scratch.size();
    noteSite(m_scratch, at);
    return id;
}

void SharedValues::noteSite(std::string name, ByteOffset at)
{
    constexpr std::uint64_t kOverhead = 128;  // of a map's node and a site, about
    m_bytes += name.size() + kOverhead;
    m_sites.push_back({std::move(name), at});
}

ValueId SharedValues::className(std::string_view name)
{
    if (const auto found = m_classNames.find(name); found != m_classNames.end())
        return found->second;
    const ValueId id = m_tree.addStr(name);
    m_classNames.emplace(name, id);
    return id;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <compare>

#include "core/pickle/value.h"

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

/// State dicts in the words of what they hold: StateDict().set("step_size", 7).set("gamma", 0.1).
namespace waypoint::test {

class StateDict
{
public:
    explicit StateDict(ValueTree &tree) : m_tree(&tree), m_dict(tree.addContainer(ValueKind::Dict)) {}

    StateDict &set(std::string_view key, ValueId value)
    {
        const std::vector<ValueId> pair{m_tree->addStr(key), value};
        m_tree->append(m_dict, pair);
        return *this;
    }
    StateDict &set(std::string_view key, int value) { return set(key, m_tree->addInt(value)); }
    StateDict &set(std::string_view key, std::int64_t value) { return set(key, m_tree->addInt(value)); }
    StateDict &set(std::string_view key, double value) { return set(key, m_tree->addFloat(value)); }
    StateDict &set(std::string_view key, bool value) { return set(key, m_tree->addBool(value)); }
    StateDict &set(std::string_view key, const char *value) { return set(key, m_tree->addStr(value)); }
    StateDict &set(std::string_view key, const StateDict &value) { return set(key, value.m_dict); }
    StateDict &set(std::string_view key, std::initializer_list<double> values)
    {
        std::vector<ValueId> items;
        for (const double value : values)
            items.push_back(m_tree->addFloat(value));
        return set(key, m_tree->addContainer(ValueKind::List, items));
    }
    StateDict &list(std::string_view key, const std::vector<ValueId> &items)
    {
        return set(key, m_tree->addContainer(ValueKind::List, items));
    }
    /// What every scheduler has, for one group.
    StateDict &base(std::int64_t lastEpoch, double baseRate = 0.1)
    {
        return set("base_lrs", {baseRate}).set("last_epoch", lastEpoch).set("_step_count", lastEpoch + 1);
    }

    [[nodiscard]] Value value() const { return {*m_tree, m_dict}; }
    [[nodiscard]] ValueId id() const { return m_dict; }

private:
    ValueTree *m_tree;
    ValueId m_dict;
};

}  // namespace waypoint::test

#endif

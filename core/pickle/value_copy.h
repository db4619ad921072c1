// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace waypoint {

/// What becomes of a value in a copy.
struct ValueChange
{
    enum class Act {
        Keep,     ///< as it is, with what it holds
        Drop,     ///< gone: a dict's pair, a set's item; in lists, tuples and arguments, whose places count, None
        Replace,  ///< `with`, made in the new tree
    };
    Act act = Act::Keep;
    ValueId with = {};
};

/// Says what becomes of a value of the old tree.
using ChangeValue = std::function<ValueChange(ValueId)>;

/// Copies values from one tree into another with everything they hold. What is shared stays shared, between calls too;
/// what contains itself does so afterwards. Tensors keep their storages, whose bytes stay where they are; storages that
/// nothing in the copy looks at are left out.
class ValueCopy
{
public:
    /// `change` is asked once for each value before anything is made of it, keys of dicts included; it may add to
    /// `into` and call node() for other values. Requires: both trees outlive this and are not the same; nobody else
    /// adds to `into` meanwhile, and nobody to `from`.
    ValueCopy(const ValueTree &from, ValueTree &into, ChangeValue change = {})
        : m_from(from), m_into(into), m_change(std::move(change)), m_made(from.size(), kUnknown)
    {
    }

    /// None for an invalid id and for a value that is dropped.
    ValueId copy(ValueId id);

    /// The value's place in the new tree, which has its content once copy() or finish() returned: for what `change`
    /// puts in place of others. Invalid for a value that is dropped.
    ValueId node(ValueId id) { return shell(id); }

    /// Fills all that node() promised.
    void finish();

    /// The value's copy; invalid where there is none.
    [[nodiscard]] ValueId copyOf(ValueId id) const
    {
        return m_made[id.index] == kUnknown ? ValueId() : m_made[id.index];
    }

private:
    static constexpr ValueId kUnknown{0xfffffffeu};  ///< nobody asked for it yet

    ValueId shell(ValueId id);
    ValueId placeholder(ValueId id);
    ValueId make(ValueId id);
    ValueId makeText(ValueId id);
    ValueId makeTensor(ValueId id);
    ValueId makeArray(ValueId id);
    StorageIndex storage(StorageIndex index);
    void fill(ValueId id);
    void fillItems(ValueId id, ValueId made);
    void fillObject(ValueId id, ValueId made);
    ValueId optionalShell(ValueId id) { return id.isValid() ? shell(id) : ValueId(); }

    const ValueTree &m_from;
    ValueTree &m_into;
    ChangeValue m_change;
    std::vector<ValueId> m_made;  ///< by node; invalid for what is dropped
    std::unordered_map<StorageIndex, StorageIndex> m_storages;
    std::vector<ValueId> m_open;  ///< made, and still without what they hold
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <unordered_map>
#include <vector>

namespace waypoint {

/// Copies values from one tree into another with everything they hold. What is shared stays shared, between calls too;
/// what contains itself does so afterwards. Tensors keep their storages, whose bytes stay where they are.
class ValueCopy
{
public:
    /// Requires: both outlive this; nobody else adds to `into` meanwhile.
    ValueCopy(const ValueTree &from, ValueTree &into) : m_from(from), m_into(into) {}

    /// None for an invalid id.
    ValueId copy(ValueId id);

private:
    ValueId shell(ValueId id);
    ValueId make(ValueId id);
    ValueId makeText(ValueId id);
    ValueId makeTensor(ValueId id);
    ValueId makeArray(ValueId id);
    StorageIndex storage(StorageIndex index);
    void fill(ValueId id);
    void fillObject(ValueId id, ValueId made);
    ValueId optionalShell(ValueId id) { return id.isValid() ? shell(id) : ValueId(); }

    const ValueTree &m_from;
    ValueTree &m_into;
    std::unordered_map<std::uint32_t, ValueId> m_made;
    std::unordered_map<StorageIndex, StorageIndex> m_storages;
    std::vector<ValueId> m_open;  ///< made, and still without what they hold
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <cstdint>
#include <map>
#include <vector>

namespace waypoint {

/// A pickle's memo. Picklers count from 0 up, so it is an array; entries far beyond that, which only a file
/// made by hand has, go into a map: a huge index must not take memory.
class PickleMemo
{
public:
    /// The entry, or an invalid id.
    [[nodiscard]] ValueId get(std::uint64_t index) const
    {
        if (index < m_dense.size() && m_dense[static_cast<std::size_t>(index)].isValid())
            return m_dense[static_cast<std::size_t>(index)];
        const auto found = m_sparse.find(index);
        return found == m_sparse.end() ? ValueId() : found->second;
    }

    void put(std::uint64_t index, ValueId value)
    {
        if (index >= m_dense.size() && index <= 2 * m_count + kSlack)
            m_dense.resize(static_cast<std::size_t>(index) + 1);
        if (index < m_dense.size()) {
            ValueId &entry = m_dense[static_cast<std::size_t>(index)];
            if (!entry.isValid() && (m_sparse.empty() || !m_sparse.contains(index)))
                ++m_count;
            entry = value;
        } else if (m_sparse.insert_or_assign(index, value).second) {
            ++m_count;
        }
    }

    /// Entries; also the index that MEMOIZE gives to the next one.
    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] std::size_t sparseCount() const { return m_sparse.size(); }

private:
    static constexpr std::uint64_t kSlack = 1024;

    std::vector<ValueId> m_dense;
    std::map<std::uint64_t, ValueId> m_sparse;
    std::uint64_t m_count = 0;
};

}  // namespace waypoint

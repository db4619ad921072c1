// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

namespace waypoint {

/// Puts parts that threads finish in any order together in theirs, so that rounding is always the same. Keeps only
/// those that came before their turn. Any thread.
template<typename Part>
class PartsInOrder
{
public:
    explicit PartsInOrder(Part none = {}) : m_all(std::move(none)) {}

    /// Each index once, from 0 on.
    void add(std::size_t index, Part part)
    {
        const std::scoped_lock lock(m_guard);
        m_waiting.emplace(index, std::move(part));
        for (auto next = m_waiting.begin(); next != m_waiting.end() && next->first == m_added; ++m_added) {
            m_all.add(next->second);
            next = m_waiting.erase(next);
        }
    }

    /// Requires: all parts have come.
    [[nodiscard]] const Part &all() const { return m_all; }

private:
    std::mutex m_guard;
    std::map<std::size_t, Part> m_waiting;
    std::size_t m_added = 0;
    Part m_all;
};

}  // namespace waypoint

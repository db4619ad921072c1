// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <optional>
#include <span>
#include <vector>

namespace waypoint {

/// A pickle's stack with its marks. What lies below the topmost mark is out of reach until that is taken away,
/// as in Python's own unpickler.
class PickleStack
{
public:
    void push(ValueId value) { m_values.push_back(value); }
    /// Values above the topmost mark.
    [[nodiscard]] std::size_t reachable() const { return m_values.size() - m_fence; }
    /// The n-th value from the top, 0 being the top. Requires: it is reachable.
    [[nodiscard]] ValueId top(std::size_t n = 0) const { return m_values[m_values.size() - 1 - n]; }
    /// Requires: so many are reachable.
    void drop(std::size_t count = 1) { m_values.resize(m_values.size() - count); }
    /// Replaces the topmost `count` values by one. Requires: so many are reachable, at least one.
    void replace(std::size_t count, ValueId value)
    {
        m_values.resize(m_values.size() - count + 1);
        m_values.back() = value;
    }

    void mark()
    {
        m_marks.push_back(static_cast<std::uint32_t>(m_values.size()));
        m_fence = m_values.size();
    }
    [[nodiscard]] bool hasMark() const { return !m_marks.empty(); }
    /// The values above the topmost mark; valid until the stack changes.
    [[nodiscard]] std::span<const ValueId> sinceMark() const { return std::span(m_values).subspan(m_fence); }
    /// The value right below the topmost mark, unless a mark or nothing is there. Requires: there is a mark.
    [[nodiscard]] std::optional<ValueId> belowMark() const
    {
        const std::size_t fence = m_marks.size() > 1 ? m_marks[m_marks.size() - 2] : 0;
        return m_fence > fence ? std::optional(m_values[m_fence - 1]) : std::nullopt;
    }
    /// Drops the topmost mark and all above it. Requires: there is one.
    void dropMark()
    {
        m_values.resize(m_fence);
        m_marks.pop_back();
        m_fence = m_marks.empty() ? 0 : m_marks.back();
    }

    /// Values and marks, for Limits::stackDepth.
    [[nodiscard]] std::size_t depth() const { return m_values.size() + m_marks.size(); }

private:
    std::vector<ValueId> m_values;
    std::vector<std::uint32_t> m_marks;  ///< each the number of values below it
    std::size_t m_fence = 0;             ///< the topmost of them
};

}  // namespace waypoint

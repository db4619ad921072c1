// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Where a pickle names a class or function.
struct GlobalSite
{
    std::string name;  ///< "os.system"
    ByteOffset at;     ///< of the opcode, in the stream's file
};

/// Values that a tree needs once however often they occur, since in Python too nobody could tell two of them
/// apart: None, bools, small ints, the empty tuple, a class or function of a name.
class SharedValues
{
public:
    /// Requires: `tree` outlives this.
    explicit SharedValues(ValueTree &tree) : m_tree(tree) {}

    ValueId none();
    ValueId boolean(bool value);
    ValueId integer(std::int64_t value);
    ValueId emptyTuple();
    /// Global node; the first use of each name is noted in sites().
    ValueId global(std::string_view module, std::string_view name, ByteOffset at);
    /// Notes a name without a node: one that is too long to keep.
    void noteSite(std::string name, ByteOffset at);
    /// Str node for setClassName().
    ValueId className(std::string_view name);

    [[nodiscard]] const std::vector<GlobalSite> &sites() const { return m_sites; }
    /// What the names take here, next to the tree.
    [[nodiscard]] ByteCount memory() const { return {m_bytes}; }

private:
    static constexpr std::int64_t kLeastInt = -16;
    static constexpr std::int64_t kMostInt = 4096;

    ValueTree &m_tree;
    ValueId m_none;
    std::array<ValueId, 2> m_bools;
    ValueId m_emptyTuple;
    std::vector<ValueId> m_ints;
    // Ordered: a file must not be able to choose names that collide.
    std::map<std::string, ValueId, std::less<>> m_globals;
    std::map<std::string, ValueId, std::less<>> m_classNames;
    std::vector<GlobalSite> m_sites;
    std::string m_scratch;
    std::uint64_t m_bytes = 0;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/entry_tree.h"

#include <cstddef>
#include <vector>

namespace waypoint {

/// Visits every row of a tree, parents before children, in the order people read.
class EntryWalk
{
public:
    explicit EntryWalk(const EntryTree &tree) : m_tree(tree)
    {
        if (tree.size() > 0)
            m_levels.push_back({kRootEntry, 1});
    }

    [[nodiscard]] bool atEnd() const { return m_levels.empty(); }
    [[nodiscard]] EntryId entry() const { return m_levels.back().next; }
    /// 0 for the root.
    [[nodiscard]] std::size_t depth() const { return m_levels.size() - 1; }

    /// Goes to the first child, or on from here where there is none.
    void next()
    {
        const EntryTree::Entry &row = m_tree[entry()];
        if (row.childCount > 0)
            m_levels.push_back({row.firstChild, row.childCount});
        else
            skip();
    }

    /// Goes on behind everything below this row.
    void skip()
    {
        while (!m_levels.empty()) {
            ++m_levels.back().next;
            if (--m_levels.back().left > 0)
                return;
            m_levels.pop_back();
        }
    }

private:
    struct Level
    {
        EntryId next;
        std::size_t left;
    };

    const EntryTree &m_tree;
    std::vector<Level> m_levels;
};

}  // namespace waypoint

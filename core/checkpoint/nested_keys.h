// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// Puts values that were saved one by one back where they came from: each has a path of keys, and what its parts have
/// in common becomes dicts and lists. A number in a path is a place in a list, text a key of a dict.
class NestedKeys
{
public:
    explicit NestedKeys(ValueTree &tree);

    /// False where the place is taken, or what stands on the way is no container, or there are millions already.
    /// Requires: `path` is not empty; its nodes are Str or Int nodes of the tree.
    bool add(const std::vector<ValueId> &path, ValueId value);

    /// The root, a Dict. Requires: called once, last.
    ValueId build();

private:
    struct Node
    {
        ValueId value;  ///< of a leaf
        bool inner = true;
        bool numbered = true;                                   ///< all keys are numbers
        std::vector<std::pair<ValueId, std::size_t>> children;  ///< key, node; in the order of their coming
        std::unordered_map<std::string, std::size_t> byKey;
    };
    std::size_t childOf(std::size_t node, ValueId key);
    ValueId containerOf(const Node &node, const std::vector<ValueId> &made);

    ValueTree &m_tree;
    std::vector<Node> m_nodes;
};

}  // namespace waypoint

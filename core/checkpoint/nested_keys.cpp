// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/nested_keys.h"

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::size_t kMostNodes = 2'000'000;

}  // namespace

NestedKeys::NestedKeys(ValueTree &tree) : m_tree(tree)
{
    m_nodes.emplace_back();
    m_nodes.front().numbered = false;
}

std::size_t NestedKeys::childOf(std::size_t node, ValueId key)
{
    const bool number = m_tree.kind(key) == ValueKind::Int;
    std::string text = number ? "i" + std::to_string(m_tree.integer(key)) : "s" + std::string(m_tree.text(key));
    const auto [found, isNew] = m_nodes[node].byKey.try_emplace(std::move(text), m_nodes.size());
    const std::size_t child = found->second;
    if (isNew) {
        m_nodes[node].children.emplace_back(key, child);
        m_nodes[node].numbered = m_nodes[node].numbered && number;
        m_nodes.emplace_back();
    }
    return child;
}

bool NestedKeys::add(const std::vector<ValueId> &path, ValueId value)
{
    if (m_nodes.size() + path.size() > kMostNodes)
        return false;
    std::size_t node = 0;
    for (const ValueId key : path) {
        if (!m_nodes[node].inner)
            return false;
        node = childOf(node, key);
    }
    if (!m_nodes[node].inner || !m_nodes[node].children.empty())
        return false;
    m_nodes[node].inner = false;
    m_nodes[node].value = value;
    return true;
}

ValueId NestedKeys::containerOf(const Node &node, const std::vector<ValueId> &made)
{
    auto children = node.children;
    // Numbers 0 to n-1 are places of a list; others can only be shown as keys.
    if (node.numbered && !children.empty()) {
        std::sort(children.begin(), children.end(),
                  [&](const auto &a, const auto &b) { return m_tree.integer(a.first) < m_tree.integer(b.first); });
        if (m_tree.integer(children.front().first) == 0
            && m_tree.integer(children.back().first) == static_cast<std::int64_t>(children.size()) - 1) {
            std::vector<ValueId> items;
            for (const auto &[key, child] : children)
                items.push_back(made[child]);
            return m_tree.addContainer(ValueKind::List, items);
        }
    }
    std::vector<ValueId> pairs;
    for (const auto &[key, child] : children) {
        pairs.push_back(key);
        pairs.push_back(made[child]);
    }
    return m_tree.addContainer(ValueKind::Dict, pairs);
}

ValueId NestedKeys::build()
{
    // Children come after their parents: from the end, all parts of a container are there when it is made.
    std::vector<ValueId> made(m_nodes.size());
    for (std::size_t i = m_nodes.size(); i-- > 0;)
        made[i] = m_nodes[i].inner ? containerOf(m_nodes[i], made) : m_nodes[i].value;
    return made.front();
}

}  // namespace waypoint

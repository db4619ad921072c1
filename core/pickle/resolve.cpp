// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/resolve.h"

#include "core/pickle/python_types.h"

#include <queue>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

constexpr std::uint32_t kNodesPerCheck = 4096;

/// A call may turn out to stand for another one, which may have a rule of its own: copyreg.__newobj__ for the class.
constexpr int kRulesPerObject = 3;

}  // namespace

/// One walk over a tree.
class ObjectResolver::Pass
{
public:
    Pass(const ObjectResolver &resolver, ValueTree &tree, const Limits &limits)
        : m_resolver(resolver), m_tree(tree), m_types(tree), m_most(limits.treeBytes + limits.treeBytes / 2)
    {
    }

    void run(ValueId first, const std::stop_token &stop)
    {
        const auto end = static_cast<std::uint32_t>(m_tree.size());
        for (std::uint32_t index = first.index; index < end; ++index) {
            if (index % kNodesPerCheck == 0 && stop.stop_requested())
                return;
            visit({index}, {end});
            while (!m_waiting.empty() && m_waiting.top().first <= index) {
                const ValueId ready = m_waiting.top().second;
                m_waiting.pop();
                resolve(ready);
            }
            if (m_tree.memory().value > m_most)
                return;
        }
    }

private:
    struct Rules
    {
        const Rule *added = nullptr;
        PythonTypes::Rule python = nullptr;
    };
    using Waiting = std::pair<std::uint32_t, ValueId>;  ///< node to wait for, who waits

    void visit(ValueId id, ValueId end)
    {
        const ValueKind kind = m_tree.kind(id);
        if (kind == ValueKind::Persistent) {
            if (m_resolver.m_persistent)
                m_resolver.m_persistent(m_tree, id);
        } else if (kind == ValueKind::Object) {
            const ValueId state = std::as_const(m_tree).object(id).state;
            if (state.isValid() && state > id && state < end)
                m_waiting.emplace(state.index, id);
            else
                resolve(id);
        }
    }

    void resolve(ValueId id)
    {
        ValueId callable;
        for (int i = 0; i < kRulesPerObject && m_tree.kind(id) == ValueKind::Object; ++i) {
            const ValueId before = callable;
            callable = std::as_const(m_tree).object(id).callable;
            if (!callable.isValid() || callable == before || m_tree.kind(callable) != ValueKind::Global)
                return;
            const Rules &rules = rulesFor(callable);
            if (rules.added)
                (*rules.added)(m_tree, id);
            else if (rules.python)
                rules.python(m_types, id);
            else
                return;
        }
    }

    const Rules &rulesFor(ValueId global)
    {
        if (const auto known = m_rules.find(global.index); known != m_rules.end())
            return known->second;
        const std::string_view name = m_tree.text(global);
        Rules rules;
        if (const auto added = m_resolver.m_rules.find(name); added != m_resolver.m_rules.end())
            rules.added = &added->second;
        else
            rules.python = PythonTypes::rule(name);
        return m_rules.emplace(global.index, rules).first->second;
    }

    const ObjectResolver &m_resolver;
    ValueTree &m_tree;
    PythonTypes m_types;
    std::uint64_t m_most;                              ///< bytes the tree may take
    std::unordered_map<std::uint32_t, Rules> m_rules;  ///< by Global node
    std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> m_waiting;
};

ObjectResolver::ObjectResolver() = default;

void ObjectResolver::add(std::string name, Rule rule) { m_rules.insert_or_assign(std::move(name), std::move(rule)); }

void ObjectResolver::run(ValueTree &tree, ValueId first, const Limits &limits, const std::stop_token &stop) const
{
    if (first.isValid())
        Pass(*this, tree, limits).run(first, stop);
}

}  // namespace waypoint

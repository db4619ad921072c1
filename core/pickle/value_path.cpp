// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value_path.h"

#include "core/pickle/value.h"
#include "core/pickle/value_text.h"

#include <algorithm>
#include <deque>
#include <vector>

namespace waypoint {

namespace {

/// A breadth-first walk that remembers from where each value was reached.
class PathSearch
{
public:
    PathSearch(const ValueTree &tree, ValueId root) : m_tree(tree), m_from(tree.size())
    {
        m_from[root.index].seen = true;
        m_waiting.push_back(root);
    }

    bool reaches(ValueId target)
    {
        while (!m_waiting.empty() && !m_from[target.index].seen) {
            const ValueId id = m_waiting.front();
            m_waiting.pop_front();
            visit(id);
        }
        return m_from[target.index].seen;
    }

    [[nodiscard]] std::string textTo(ValueId target) const
    {
        std::vector<std::string> keys;
        for (ValueId id = target; m_from[id.index].parent.isValid(); id = m_from[id.index].parent)
            keys.push_back(keyOf(m_from[id.index]));
        std::string path;
        for (auto key = keys.rbegin(); key != keys.rend(); ++key)
            path += (path.empty() ? "" : "/") + *key;
        return path;
    }

private:
    struct Origin
    {
        ValueId parent;
        ValueId key;             ///< of a Dict
        std::size_t number = 0;  ///< of a sequence
        bool seen = false;
    };

    void reach(ValueId id, const Origin &origin)
    {
        if (!id.isValid() || m_from[id.index].seen)
            return;
        m_from[id.index] = origin;
        m_from[id.index].seen = true;
        m_waiting.push_back(id);
    }

    void visit(ValueId id)
    {
        const auto children = m_tree.children(id);
        const bool isDict = m_tree.kind(id) == ValueKind::Dict;
        for (std::size_t i = 0; i < children.size(); ++i) {
            const ValueId key = isDict ? children[i - i % 2] : ValueId();
            reach(children[i], {id, key, i, true});
        }
        reach(m_tree.attributes(id), {id, {}, 0, true});
        if (m_tree.kind(id) == ValueKind::Object) {
            const ObjectValue &object = m_tree.object(id);
            for (const ValueId part :
                 {object.state, object.dictItems, object.listItems, object.args, object.kwargs, object.callable})
                reach(part, {id, {}, 0, true});
        } else if (m_tree.kind(id) == ValueKind::Tensor) {
            reach(m_tree.tensor(id).attributes, {id, {}, 0, true});
            reach(m_tree.tensor(id).parts, {id, {}, 0, true});
        } else if (m_tree.kind(id) == ValueKind::Array) {
            reach(m_tree.array(id).data, {id, {}, 0, true});
        }
    }

    [[nodiscard]] std::string keyOf(const Origin &origin) const
    {
        const Value key(m_tree, origin.key);
        return key.isValid() ? keyText(key) : std::to_string(origin.number);
    }

    const ValueTree &m_tree;
    std::vector<Origin> m_from;
    std::deque<ValueId> m_waiting;
};

}  // namespace

std::string valuePath(const ValueTree &tree, ValueId root, ValueId target)
{
    PathSearch search(tree, root);
    return search.reaches(target) ? search.textTo(target) : std::string();
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_run.h"

#include <algorithm>
#include <vector>

namespace waypoint {

namespace {

/// Values after a call's name that its arguments can take before they are gathered in a tuple: TUPLE3 has three.
constexpr std::size_t kLooseArguments = 3;

bool isMapping(ValueKind kind) { return kind == ValueKind::Dict || kind == ValueKind::Object; }

}  // namespace

/// The root as far as it was built. Python's pickler fills containers in batches, so that what was read last of a
/// dict or list still lies on the stack, above a mark.
std::optional<ValueId> PickleRun::unwind()
{
    dropUnfinishedCall();
    while (m_stack.hasMark())
        closeMark();
    closeBottom();
    return m_stack.reachable() > 0 ? std::optional(m_stack.top()) : std::nullopt;
}

/// A name near the top is a call whose arguments are still being gathered.
void PickleRun::dropUnfinishedCall()
{
    const std::size_t looked = std::min(m_stack.reachable(), kLooseArguments + 1);
    for (std::size_t i = 0; i < looked; ++i)
        if (m_tree.kind(m_stack.top(i)) == ValueKind::Global) {
            m_stack.drop(i + 1);
            return;
        }
}

/// Gives what lies above the topmost mark to the container below it; arguments of a call that is not finished go, and
/// the call with them.
void PickleRun::closeMark()
{
    const std::optional<ValueId> target = m_stack.belowMark();
    const auto above = m_stack.sinceMark();
    std::vector<ValueId> items(above.begin(), above.end());
    m_stack.dropMark();
    if (!target)
        return;
    const ValueKind kind = m_tree.kind(*target);
    if (kind == ValueKind::List || kind == ValueKind::Set) {
        m_opcode = kind == ValueKind::Set ? Opcode::AddItems : Opcode::Appends;
        addItems(*target, items);
    } else if (isMapping(kind)) {
        // An object whose state was not set yet: "key, object, state".
        const std::size_t count = items.size();
        if (count % 2 != 0 && count >= 3 && m_tree.kind(items[count - 1]) == ValueKind::Dict
            && m_tree.kind(items[count - 2]) == ValueKind::Object)
            addState(items[count - 2], items[count - 1]);
        items.resize(count - count % 2);
        setItems(*target, items);
    } else if (kind == ValueKind::Global) {
        dropUnfinishedCall();
    }
}

/// Without marks, containers of one item lie on the stack in a chain: "dict, key, dict, key, list".
void PickleRun::closeBottom()
{
    while (m_stack.reachable() > 1) {
        const ValueId last = m_stack.top();
        const ValueId below = m_stack.top(1);
        const std::size_t count = m_stack.reachable();
        if (count >= 3 && m_tree.kind(below) == ValueKind::Str && isMapping(m_tree.kind(m_stack.top(2)))) {
            const std::array pair{below, last};
            m_stack.drop(2);
            setItems(m_stack.top(), pair);
            continue;
        }
        m_stack.drop();
        if (m_tree.kind(below) == ValueKind::List) {
            m_opcode = Opcode::Append;
            addItems(below, {&last, 1});
        } else if (m_tree.kind(below) == ValueKind::Object && m_tree.kind(last) == ValueKind::Dict) {
            addState(below, last);
        }
    }
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/value_matching.h"

#include "core/checkpoint/compare/value_likeness.h"
#include "core/checkpoint/model_parameters.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

/// Rows whose partner is decided: their places in the other tree do not count.
class DecidedPairs
{
public:
    DecidedPairs(const DiffRows &a, const DiffRows &b, const std::vector<PairedParts> &pairs)
        : m_a(a.entries().size()), m_b(b.entries().size())
    {
        for (const PairedParts &pair : pairs) {
            if (pair.a != kNoEntry)
                m_partners[pair.a] = pair.b;
            mark(a.entries(), m_a, pair.a);
            mark(b.entries(), m_b, pair.b);
        }
    }

    [[nodiscard]] bool isDecidedA(EntryId a) const { return m_partners.contains(a); }
    [[nodiscard]] bool isDecidedB(EntryId b) const { return (m_b[b] & Decided) != 0; }
    /// kNoEntry where it has none.
    [[nodiscard]] EntryId partnerOf(EntryId a) const { return m_partners.at(a); }
    /// Whether something below it is decided.
    [[nodiscard]] bool isAbove(EntryId id, bool ofA) const { return ((ofA ? m_a : m_b)[id] & Above) != 0; }

private:
    enum State : std::uint8_t { Decided = 1, Above = 2 };

    static void mark(const EntryTree &entries, std::vector<std::uint8_t> &states, EntryId id)
    {
        if (id == kNoEntry)
            return;
        states[id] |= Decided;
        for (EntryId up = entries[id].parent; up != kNoEntry && (states[up] & Above) == 0; up = entries[up].parent)
            states[up] |= Above;
    }

    std::unordered_map<EntryId, EntryId> m_partners;
    std::vector<std::uint8_t> m_a;
    std::vector<std::uint8_t> m_b;
};

class ValueWalk
{
public:
    ValueWalk(const DiffRows &a, const DiffRows &b, const std::vector<PairedParts> &pairs)
        : m_a(a), m_b(b), m_decided(a, b, pairs)
    {
    }

    ValueMatches walk()
    {
        m_todo.push_back({m_a.section(), m_b.section()});
        while (!m_todo.empty()) {
            const EntryPair pair = m_todo.back();
            m_todo.pop_back();
            if (pair.a != kNoEntry && pair.b != kNoEntry)
                lookAtBoth(pair);
            else
                lookAtOne(pair);
        }
        return std::move(m_found);
    }

private:
    void lookAtBoth(const EntryPair &pair)
    {
        const bool tensorA = m_a.isTensor(pair.a);
        const bool tensorB = m_b.isTensor(pair.b);
        if (!m_a.hasValue(pair.a) && !m_b.hasValue(pair.b))
            return;
        if (tensorA || tensorB) {
            lookAtTensorAndValue(pair, tensorA);
        } else if ((m_a.isPlain(pair.a) && m_b.isPlain(pair.b)) || isCut(pair)) {
            add(pair);
        } else if (isModuleAndDict(pair)) {
            return;
        } else if (areContainersOfAKind(pair)) {
            const auto below = childPairs(pair);
            m_todo.insert(m_todo.end(), below.rbegin(), below.rend());
        } else if (m_a.hasTensor(pair.a) || m_b.hasTensor(pair.b)) {
            m_todo.push_back({kNoEntry, pair.b});
            m_todo.push_back({pair.a, kNoEntry});
        } else {
            add(pair);
        }
    }

    /// None stands for a tensor that is not there yet: then the tensor is added.
    void lookAtTensorAndValue(const EntryPair &pair, bool tensorA)
    {
        const EntryId other = tensorA ? pair.b : pair.a;
        const DiffRows &rows = tensorA ? m_b : m_a;
        if (rows.entries().value(other).kind() == ValueKind::None)
            return;
        if (rows.hasTensor(other)) {
            lookAtOne(tensorA ? EntryPair{kNoEntry, other} : EntryPair{other, kNoEntry});
            return;
        }
        add(pair);
        tensorA ? m_found.tensorsOfA.push_back(pair.a) : m_found.tensorsOfB.push_back(pair.b);
    }

    [[nodiscard]] bool areContainersOfAKind(const EntryPair &pair) const
    {
        const Value a = m_a.entries().value(pair.a);
        const Value b = m_b.entries().value(pair.b);
        const auto isList = [](Value value) { return value.is(ValueKind::List) || value.is(ValueKind::Tuple); };
        if (m_a.entries()[pair.a].childCount == 0 && m_b.entries()[pair.b].childCount == 0)
            return false;
        const bool sameClass = !a.is(ValueKind::Object) || a.className() == b.className() || m_a.hasTensor(pair.a);
        return (isList(a) && isList(b)) || (a.kind() == b.kind() && sameClass);
    }

    /// What contains itself or is shown elsewhere has no rows here.
    [[nodiscard]] bool isCut(const EntryPair &pair) const
    {
        const auto cut = [](const EntryTree &entries, EntryId id) {
            return entries.cut(id) != EntryTree::Cut::No && entries[id].childCount == 0;
        };
        return cut(m_a.entries(), pair.a) || cut(m_b.entries(), pair.b);
    }

    /// A whole module and a state_dict: nothing in the one speaks of the other's settings.
    [[nodiscard]] bool isModuleAndDict(const EntryPair &pair) const
    {
        const Value a = m_a.entries().value(pair.a);
        const Value b = m_b.entries().value(pair.b);
        return (a.is(ValueKind::Dict) && isPickledModule(b)) || (b.is(ValueKind::Dict) && isPickledModule(a));
    }

    /// Ids of an optimizer's parameters: numbers or addresses, which say nothing by themselves.
    [[nodiscard]] bool areParameterIds(const EntryPair &pair) const
    {
        const EntryTree &entries = m_a.entries();
        const EntryId group = entries[pair.a].parent;
        const EntryId groups = group == kNoEntry ? kNoEntry : entries[group].parent;
        return groups != kNoEntry && entries.label(pair.a) == "params" && entries.label(groups) == "param_groups";
    }

    /// Children side by side, in A's order.
    [[nodiscard]] std::vector<EntryPair> childPairs(const EntryPair &pair) const
    {
        const EntryTree::Entry &rowA = m_a.entries()[pair.a];
        const EntryTree::Entry &rowB = m_b.entries()[pair.b];
        const std::vector<EntryId> partners = partnersOfChildren(pair);
        std::vector<bool> taken(rowB.childCount);
        for (const EntryId partner : partners)
            if (partner - rowB.firstChild < rowB.childCount)
                taken[partner - rowB.firstChild] = true;
        const auto isFree = [&](EntryId j) { return !taken[j] && !m_decided.isDecidedB(rowB.firstChild + j); };
        std::vector<EntryPair> pairs;
        const auto addFree = [&](EntryId j) {
            for (; j < rowB.childCount && !taken[j]; ++j)
                if (isFree(j))
                    pairs.push_back({kNoEntry, rowB.firstChild + j});
        };
        addFree(0);
        for (EntryId i = 0; i < rowA.childCount; ++i) {
            pairs.push_back({rowA.firstChild + i, partners[i]});
            if (partners[i] - rowB.firstChild < rowB.childCount)
                addFree(partners[i] - rowB.firstChild + 1);
        }
        return pairs;
    }

    [[nodiscard]] std::vector<EntryId> partnersOfChildren(const EntryPair &pair) const
    {
        const EntryTree::Entry &rowA = m_a.entries()[pair.a];
        const EntryTree::Entry &rowB = m_b.entries()[pair.b];
        std::unordered_map<std::string, std::vector<EntryId>> byLabel;
        for (EntryId j = rowB.firstChild + rowB.childCount; j-- > rowB.firstChild;)
            if (!m_decided.isDecidedB(j))
                byLabel[m_b.entries().label(j)].push_back(j);
        std::vector<EntryId> partners(rowA.childCount, kNoEntry);
        for (EntryId i = 0; i < rowA.childCount; ++i) {
            if (m_decided.isDecidedA(rowA.firstChild + i)) {
                partners[i] = m_decided.partnerOf(rowA.firstChild + i);
                continue;
            }
            const auto found = byLabel.find(m_a.entries().label(rowA.firstChild + i));
            if (found == byLabel.end() || found->second.empty())
                continue;
            partners[i] = found->second.back();
            found->second.pop_back();
        }
        return partners;
    }

    void lookAtOne(const EntryPair &pair)
    {
        const bool ofA = pair.a != kNoEntry;
        const DiffRows &rows = ofA ? m_a : m_b;
        const EntryId id = ofA ? pair.a : pair.b;
        if (rows.isTensor(id) || !rows.hasValue(id))
            return;
        if (!m_decided.isAbove(id, ofA)) {
            add(pair);
            return;
        }
        const EntryTree::Entry &row = rows.entries()[id];
        for (EntryId i = row.firstChild + row.childCount; i-- > row.firstChild;) {
            if (ofA)
                m_todo.push_back({i, m_decided.isDecidedA(i) ? m_decided.partnerOf(i) : kNoEntry});
            else if (!m_decided.isDecidedB(i))
                m_todo.push_back({kNoEntry, i});
        }
    }

    void add(const EntryPair &pair)
    {
        const bool ofA = pair.a != kNoEntry;
        ValueDiff value{.path = ofA ? m_a.pathBelow(m_a.section(), pair.a) : m_b.pathBelow(m_b.section(), pair.b),
                        .a = pair.a,
                        .b = pair.b,
                        .differs = true};
        if (ofA && pair.b != kNoEntry && areParameterIds(pair)) {
            value.differs = m_a.entries()[pair.a].childCount != m_b.entries()[pair.b].childCount;
        } else if (ofA && pair.b != kNoEntry) {
            const ValueLikeness likeness = compareValues(m_a.checkpoint(), pair.a, m_b.checkpoint(), pair.b);
            value.differs = likeness != ValueLikeness::Equal;
            value.typeOnly = likeness == ValueLikeness::TypeOnly;
        }
        m_found.values.push_back(std::move(value));
    }

    const DiffRows &m_a;
    const DiffRows &m_b;
    DecidedPairs m_decided;
    std::vector<EntryPair> m_todo;
    ValueMatches m_found;
};

}  // namespace

ValueMatches matchValues(const DiffRows &a, const DiffRows &b, const std::vector<PairedParts> &pairs)
{
    return ValueWalk(a, b, pairs).walk();
}

}  // namespace waypoint

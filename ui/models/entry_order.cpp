// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/entry_order.h"

#include "ui/models/entry_sort.h"

#include <algorithm>
#include <unordered_set>

namespace waypoint {

namespace {

/// Decides row by row what a filter leaves. Vectors are indexed by EntryId.
class Sieve
{
public:
    Sieve(const Checkpoint &checkpoint, const EntryFacts &facts, const EntryStats *stats, const EntryFilter &filter)
        : m_checkpoint(checkpoint),
          m_entries(checkpoint.entries),
          m_facts(facts),
          m_stats(stats),
          m_pattern(filter.text),
          m_onlyProblems(filter.problems)
    {
        for (const Role role : filter.roles)
            m_roles |= roleBit(role);
        if (m_onlyProblems)
            for (const Warning &warning : checkpoint.warnings)
                m_warned.insert(warning.entry);
    }

    /// False when it was stopped.
    bool run(const std::stop_token &stop)
    {
        const std::size_t size = m_entries.size();
        m_matched.assign(size, false);
        m_below.assign(size, false);
        m_visible.assign(size, !hasTextOrRoles());
        if (hasTextOrRoles() && !matchNames(stop))
            return false;
        if (m_onlyProblems && !keepProblems(stop))
            return false;
        for (EntryId id = static_cast<EntryId>(size); id-- > 1;)
            if (m_matched[id] || m_below[id])
                m_below[m_entries[id].parent] = true;
        return true;
    }

    [[nodiscard]] bool isVisible(EntryId id) const { return id == kRootEntry || m_visible[id] || m_below[id]; }
    [[nodiscard]] bool isMatch(EntryId id) const { return m_matched[id]; }
    [[nodiscard]] bool hasMatchBelow(EntryId id) const { return m_below[id]; }

private:
    [[nodiscard]] bool hasTextOrRoles() const { return m_roles != 0 || !m_pattern.isEmpty(); }

    bool matchNames(const std::stop_token &stop)
    {
        for (EntryId id = 0; id < m_entries.size(); ++id) {
            if (id % 1024 == 0 && stop.stop_requested())
                return false;
            const EntryId parent = m_entries[id].parent;
            const bool underMatch = id != kRootEntry && (m_matched[parent] || m_visible[parent]);
            m_matched[id] = matches(id, underMatch);
            m_visible[id] = m_matched[id] || (underMatch && inRole(id));
        }
        return true;
    }

    /// Of what is visible so far.
    bool keepProblems(const std::stop_token &stop)
    {
        for (EntryId id = 0; id < m_entries.size(); ++id) {
            if (id % 1024 == 0 && stop.stop_requested())
                return false;
            m_matched[id] = m_visible[id] && id != kRootEntry && isProblem(id);
            m_visible[id] = m_matched[id];
        }
        return true;
    }

    [[nodiscard]] bool isProblem(EntryId id) const
    {
        const EntryStats::Known *known = m_stats ? m_stats->known(id) : nullptr;
        return (known && known->ailments != 0) || m_warned.contains(id);
    }

    [[nodiscard]] bool inRole(EntryId id) const { return m_roles == 0 || (m_facts.roleMask[id] & m_roles) != 0; }

    [[nodiscard]] bool matches(EntryId id, bool underMatch) const
    {
        if (!inRole(id))
            return false;
        if (m_pattern.isEmpty()) {
            const Section *section = m_facts.sectionOf(m_checkpoint, id);
            return section && section->entry == id && (roleBit(section->role) & m_roles) != 0;
        }
        if (id == kRootEntry)
            return false;
        if (m_pattern.matches(m_entries.label(id)))
            return true;
        if (const std::string *parameter = m_facts.parameterName(id); parameter && m_pattern.matches(*parameter))
            return true;
        return m_pattern.looksAtPaths() && !underMatch && m_pattern.matches(m_entries.pathText(id));
    }

    const Checkpoint &m_checkpoint;
    const EntryTree &m_entries;
    const EntryFacts &m_facts;
    const EntryStats *m_stats;
    NamePattern m_pattern;
    bool m_onlyProblems;
    std::uint16_t m_roles = 0;
    std::unordered_set<EntryId> m_warned;
    std::vector<bool> m_matched;
    std::vector<bool> m_below;
    std::vector<bool> m_visible;
};

class Arranger
{
public:
    Arranger(const Checkpoint &checkpoint, const EntryFacts &facts, const EntryStats *stats, const EntryQuery &query)
        : m_entries(checkpoint.entries),
          m_sorter(checkpoint, facts, stats, query),
          m_sieve(checkpoint, facts, stats, query.filter),
          m_query(query)
    {
    }

    EntryOrderPtr run(const std::stop_token &stop)
    {
        const std::size_t size = m_entries.size();
        if (m_query.filter.isActive() && !m_sieve.run(stop))
            return nullptr;
        m_order->first.resize(size);
        m_order->count.resize(size);
        m_order->row.assign(size, EntryOrder::kHidden);
        m_order->shown.reserve(size);
        if (size > 0)
            m_order->row[kRootEntry] = 0;
        for (EntryId id = 0; id < size; ++id) {
            if (id % 1024 == 0 && stop.stop_requested())
                return nullptr;
            addChildren(id);
        }
        noteMatches();
        return m_order;
    }

private:
    void addChildren(EntryId parent)
    {
        const auto first = static_cast<std::uint32_t>(m_order->shown.size());
        m_order->first[parent] = first;
        if (m_order->row[parent] == EntryOrder::kHidden)
            return;
        const EntryTree::Entry &entry = m_entries[parent];
        for (EntryId child = entry.firstChild; child < entry.firstChild + entry.childCount; ++child)
            if (!m_query.filter.isActive() || m_sieve.isVisible(child))
                m_order->shown.push_back(child);
        const std::span<EntryId> siblings = std::span(m_order->shown).subspan(first);
        if (m_query.sorted)
            m_sorter.sort(siblings);
        m_order->count[parent] = static_cast<std::uint32_t>(siblings.size());
        for (std::uint32_t row = 0; row < siblings.size(); ++row)
            m_order->row[siblings[row]] = row;
    }

    void noteMatches()
    {
        if (!m_query.filter.isActive())
            return;
        for (EntryId id = 0; id < m_entries.size(); ++id) {
            m_order->matches += m_sieve.isMatch(id) ? 1 : 0;
            if (m_sieve.hasMatchBelow(id))
                m_order->toExpand.push_back(id);
        }
    }

    const EntryTree &m_entries;
    EntrySorter m_sorter;
    Sieve m_sieve;
    const EntryQuery &m_query;
    std::shared_ptr<EntryOrder> m_order = std::make_shared<EntryOrder>();
};

}  // namespace

EntryOrderPtr arrange(const Checkpoint &checkpoint, const EntryFacts &facts, const EntryQuery &query,
                      std::stop_token stop, const EntryStats *stats)
{
    return Arranger(checkpoint, facts, stats, query).run(stop);
}

}  // namespace waypoint

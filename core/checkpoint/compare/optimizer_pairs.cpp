// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/optimizer_pairs.h"

#include "core/checkpoint/compare/diff_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace waypoint {

namespace {

const Section *optimizerAt(const Checkpoint &checkpoint, EntryId entry)
{
    const auto &sections = checkpoint.sections;
    const auto found = std::ranges::find_if(
        sections, [&](const Section &section) { return section.entry == entry && section.role == Role::Optimizer; });
    return found == sections.end() ? nullptr : &*found;
}

/// What one optimizer remembers, a row for each parameter.
struct States
{
    std::vector<EntryId> rows;
    std::vector<std::string> names;  ///< of the parameters; empty where the file does not tell

    States(const DiffRows &side, EntryId optimizer)
    {
        const EntryTree &entries = side.entries();
        const EntryId state = entries.child(optimizer, "state");
        if (state == kNoEntry)
            return;
        for (EntryId row = 0; row < entries[state].childCount; ++row)
            rows.push_back(entries[state].firstChild + row);
        const Section *section = optimizerAt(side.checkpoint(), optimizer);
        if (section && section->parameters.size() == rows.size())
            names = section->parameters;
    }
};

class StatePairing
{
public:
    StatePairing(const DiffRows &a, const DiffRows &b, const PairedParts &optimizers)
        : m_entriesA(a.entries()),
          m_entriesB(b.entries()),
          m_a(a, optimizers.a),
          m_b(b, optimizers.b),
          m_taken(m_b.rows.size())
    {
    }

    [[nodiscard]] bool isEmpty() const { return m_a.rows.empty() || m_b.rows.empty(); }
    [[nodiscard]] bool haveNames() const { return !m_a.names.empty() && !m_b.names.empty(); }

    void byName(const NamesInB &names)
    {
        const auto exact = numbersOf(m_b.names, [](const std::string &name) { return name; });
        const auto unwrapped = numbersOf(m_b.names, [](const std::string &name) { return unwrappedName(name); });
        for (std::size_t i = 0; i < m_a.rows.size(); ++i) {
            const std::string &name = m_a.names[i];
            if (const auto renamed = names.find(name); renamed != names.end())
                pair(i, find(exact, renamed->second));
            else if (const std::size_t same = find(exact, name); same < m_taken.size())
                pair(i, same);
            else
                pair(i, find(unwrapped, unwrappedName(name)));
        }
    }

    /// False where the keys have nothing in common.
    bool byKey()
    {
        std::unordered_map<std::string, std::size_t> keys;
        for (std::size_t j = 0; j < m_b.rows.size(); ++j)
            keys.try_emplace(m_entriesB.label(m_b.rows[j]), j);
        std::vector<std::size_t> partners;
        for (const EntryId row : m_a.rows)
            partners.push_back(find(keys, m_entriesA.label(row)));
        if (std::ranges::all_of(partners, [&](std::size_t j) { return j >= m_taken.size(); }))
            return false;
        for (std::size_t i = 0; i < partners.size(); ++i)
            pair(i, partners[i]);
        return true;
    }

    bool byPlace()
    {
        if (m_a.rows.size() != m_b.rows.size())
            return false;
        for (std::size_t i = 0; i < m_a.rows.size(); ++i)
            pair(i, i);
        return true;
    }

    std::vector<PairedParts> finish()
    {
        for (std::size_t j = 0; j < m_taken.size(); ++j)
            if (!m_taken[j])
                m_pairs.push_back({kNoEntry, m_b.rows[j], Role::Optimizer});
        return std::move(m_pairs);
    }

private:
    using Numbers = std::unordered_map<std::string, std::size_t>;

    template<typename KeyOf>
    static Numbers numbersOf(const std::vector<std::string> &names, const KeyOf &keyOf)
    {
        Numbers numbers;
        for (std::size_t i = 0; i < names.size(); ++i)
            numbers.try_emplace(keyOf(names[i]), i);
        return numbers;
    }

    [[nodiscard]] std::size_t find(const Numbers &numbers, const std::string &key) const
    {
        const auto found = numbers.find(key);
        return found == numbers.end() ? m_taken.size() : found->second;
    }

    void pair(std::size_t i, std::size_t j)
    {
        const bool free = j < m_taken.size() && !m_taken[j];
        m_pairs.push_back({m_a.rows[i], free ? m_b.rows[j] : kNoEntry, Role::Optimizer});
        if (free)
            m_taken[j] = true;
    }

    const EntryTree &m_entriesA;
    const EntryTree &m_entriesB;
    States m_a;
    States m_b;
    std::vector<bool> m_taken;
    std::vector<PairedParts> m_pairs;
};

}  // namespace

std::vector<PairedParts> pairOptimizerStates(const DiffRows &a, const DiffRows &b, const PairedParts &optimizers,
                                             const NamesInB &names, std::vector<std::string> &notes)
{
    StatePairing pairing(a, b, optimizers);
    if (pairing.isEmpty())
        return {};
    if (pairing.haveNames()) {
        pairing.byName(names);
        return pairing.finish();
    }
    const std::string path = a.pathBelow(a.section(), optimizers.a);
    const std::string what = path.empty() ? "The optimizers' states are" : fmt::format("The states of '{}' are", path);
    if (pairing.byKey()) {
        notes.push_back(what + " matched by index: names of the parameters are not known in both files.");
        return pairing.finish();
    }
    if (pairing.byPlace()) {
        notes.push_back(what + " matched by their place: they are keyed by addresses, which differ from run to run.");
        return pairing.finish();
    }
    return {};
}

EntryId modelOf(const Checkpoint &checkpoint, EntryId optimizer)
{
    const Section *section = optimizerAt(checkpoint, optimizer);
    return section && !section->pairsWith.empty() ? section->pairsWith.front() : kNoEntry;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/section_pairs.h"

#include "core/checkpoint/compare/diff_names.h"
#include "core/checkpoint/role_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace waypoint {

namespace {

using Sections = std::vector<const Section *>;

/// Roles that a file rarely has twice; of metrics, settings and curves there may be any number.
constexpr std::array kPairedByRole{Role::Model,  Role::Ema,    Role::Module, Role::Optimizer, Role::Scheduler,
                                   Role::Scaler, Role::Config, Role::Epoch,  Role::Step,      Role::Loss};
constexpr double kSameNames = 0.5;

/// Sections below the side, in the order of the file.
Sections sectionsBelow(const DiffRows &rows)
{
    Sections found;
    for (const Section &section : rows.checkpoint().sections)
        if (section.entry != rows.section() && rows.isInside(section.entry))
            found.push_back(&section);
    return found;
}

/// Names of the tensors below an entry, without what wrappers add.
std::unordered_set<std::string> namesBelow(const DiffRows &rows, EntryId above)
{
    std::unordered_set<std::string> names;
    for (const EntryId tensor : rows.tensors()) {
        EntryId up = tensor;
        while (up > above)
            up = rows.entries()[up].parent;
        if (up == above)
            names.insert(unwrappedName(dottedName(rows.labelsBelow(above, tensor))));
    }
    return names;
}

/// Names in common, from 0 to 1.
double overlap(const std::unordered_set<std::string> &a, const std::unordered_set<std::string> &b)
{
    const auto common = std::ranges::count_if(a, [&](const std::string &name) { return b.contains(name); });
    const std::size_t most = std::max(a.size(), b.size());
    return most == 0 ? 0 : static_cast<double>(common) / static_cast<double>(most);
}

class Pairing
{
public:
    Pairing(const DiffRows &a, const DiffRows &b)
        : m_a(a), m_b(b), m_sectionsA(sectionsBelow(a)), m_sectionsB(sectionsBelow(b))
    {
    }

    std::vector<PairedParts> pair()
    {
        pairByPath([](Role one, Role other) { return one == other; });
        pairByPath([](Role one, Role other) { return holdsWeights(one) && holdsWeights(other); });
        m_pathPairs = m_pairs.size();
        for (const Role role : kPairedByRole)
            pairByRole([role](Role one) { return one == role; });
        pairByRole(holdsWeights);
        return m_pairs;
    }

    /// What is called otherwise, as a sentence; empty where nothing is.
    [[nodiscard]] std::string note() const
    {
        std::string pairs;
        for (std::size_t i = m_pathPairs; i < m_pairs.size(); ++i)
            pairs +=
                fmt::format("{}'{}' of A with '{}' of B", pairs.empty() ? "" : ", ",
                            m_a.pathBelow(m_a.section(), m_pairs[i].a), m_b.pathBelow(m_b.section(), m_pairs[i].b));
        return pairs.empty() ? pairs : fmt::format("Parts under other names are compared by their role: {}.", pairs);
    }

private:
    void match(const Section *a, const Section *b)
    {
        m_pairs.push_back({a->entry, b->entry, a->role});
        m_taken.insert({a, b});
    }

    template<typename Agree>
    void pairByPath(const Agree &agree)
    {
        std::unordered_multimap<std::string, const Section *> byPath;
        for (const Section *section : m_sectionsB)
            if (!m_taken.contains(section))
                byPath.emplace(m_b.pathBelow(m_b.section(), section->entry), section);
        for (const Section *section : m_sectionsA) {
            if (m_taken.contains(section))
                continue;
            const auto [first, last] = byPath.equal_range(m_a.pathBelow(m_a.section(), section->entry));
            const auto found =
                std::find_if(first, last, [&](const auto &other) { return agree(section->role, other.second->role); });
            if (found == last)
                continue;
            match(section, found->second);
            byPath.erase(found);
        }
    }

    template<typename Fits>
    void pairByRole(const Fits &fits)
    {
        const auto ofRole = [&](const Sections &sections) {
            Sections some;
            std::ranges::copy_if(sections, std::back_inserter(some),
                                 [&](auto *one) { return fits(one->role) && !m_taken.contains(one); });
            return some;
        };
        const Sections a = ofRole(m_sectionsA);
        const Sections b = ofRole(m_sectionsB);
        if (a.empty() || b.empty())
            return;
        const bool weights = holdsWeights(a.front()->role);
        if (a.size() == 1 && b.size() == 1 && (!weights || !hasWeights()))
            match(a.front(), b.front());
        else if (pairByWords(a, b); weights)
            pairByTensors(ofRole(m_sectionsA), ofRole(m_sectionsB));
    }

    [[nodiscard]] bool hasWeights() const
    {
        return std::ranges::any_of(m_pairs, [](const PairedParts &pair) { return holdsWeights(pair.role); });
    }

    /// "modelG" with "netG_state_dict".
    void pairByWords(const Sections &a, const Sections &b)
    {
        const auto byWords = [](const DiffRows &rows, const Sections &sections) {
            std::unordered_map<std::string, const Section *> found;
            for (const Section *section : sections) {
                const auto [at, isNew] =
                    found.try_emplace(distinguishingWords(rows.entries().label(section->entry)), section);
                if (!isNew)
                    at->second = nullptr;
            }
            return found;
        };
        const auto inB = byWords(m_b, b);
        const auto inA = byWords(m_a, a);
        for (const Section *section : a) {
            const std::string words = distinguishingWords(m_a.entries().label(section->entry));
            const auto found = inB.find(words);
            if (inA.at(words) && found != inB.end() && found->second && !words.empty())
                match(section, found->second);
        }
    }

    /// Each model of A with the one of B that has most of its names.
    void pairByTensors(const Sections &a, const Sections &b)
    {
        constexpr std::size_t kMostPairs = 64;
        if (a.size() * b.size() > kMostPairs)
            return;
        std::vector<std::pair<const Section *, std::unordered_set<std::string>>> names;
        for (const Section *section : b)
            names.emplace_back(section, namesBelow(m_b, section->entry));
        for (const Section *section : a) {
            const auto own = namesBelow(m_a, section->entry);
            const auto best =
                std::ranges::max_element(names, {}, [&](const auto &other) { return overlap(own, other.second); });
            if (best == names.end() || overlap(own, best->second) < kSameNames)
                continue;
            match(section, best->first);
            names.erase(best);
        }
    }

    const DiffRows &m_a;
    const DiffRows &m_b;
    Sections m_sectionsA;
    Sections m_sectionsB;
    std::unordered_set<const Section *> m_taken;
    std::vector<PairedParts> m_pairs;
    std::size_t m_pathPairs = 0;
};

/// What can be compared with a part of another file.
bool isPartOfFiles(Role role) { return holdsWeights(role) || role == Role::Optimizer || role == Role::Scheduler; }

bool fits(Role wanted, Role offered) { return holdsWeights(wanted) ? holdsWeights(offered) : wanted == offered; }

/// Of several parts, the one whose tensors have the same names; the first where none has.
const Section *bestOf(const Sections &parts, const DiffRows &part, const DiffRows &whole)
{
    constexpr std::size_t kMost = 64;
    if (parts.size() == 1 || parts.size() > kMost)
        return parts.front();
    const auto names = namesBelow(part, part.section());
    return *std::ranges::max_element(parts, {},
                                     [&](const Section *one) { return overlap(names, namesBelow(whole, one->entry)); });
}

}  // namespace

bool holdsWeights(Role role) { return role == Role::Model || role == Role::Ema || role == Role::Module; }

const Section *ownSection(const DiffRows &rows)
{
    const auto &sections = rows.checkpoint().sections;
    const auto own = std::ranges::find_if(sections, [&](const Section &section) {
        return section.entry == rows.section() && isPartOfFiles(section.role);
    });
    return own == sections.end() ? nullptr : &*own;
}

std::optional<NarrowedSide> narrowedTo(const DiffRows &part, const DiffRows &whole, std::string_view nameOfPart,
                                       std::string_view nameOfWhole)
{
    const Section *own = ownSection(part);
    if (!own || ownSection(whole))
        return std::nullopt;
    Sections fitting = sectionsBelow(whole);
    std::erase_if(fitting, [&](const Section *section) { return !fits(own->role, section->role); });
    if (fitting.empty())
        return std::nullopt;
    const Section *chosen = bestOf(fitting, part, whole);
    const std::string_view what = holdsWeights(own->role)        ? "a model"
                                  : own->role == Role::Optimizer ? "an optimizer"
                                                                 : "a learning-rate schedule";
    return NarrowedSide{chosen->entry,
                        fmt::format("{} is {} alone: it is compared with '{}' of {}, and what else is there is left "
                                    "out.",
                                    nameOfPart, what, whole.pathBelow(whole.section(), chosen->entry), nameOfWhole)};
}

std::vector<PairedParts> pairParts(const DiffRows &a, const DiffRows &b, std::vector<std::string> &notes)
{
    Pairing pairing(a, b);
    auto pairs = pairing.pair();
    if (std::string note = pairing.note(); !note.empty())
        notes.push_back(std::move(note));
    return pairs;
}

}  // namespace waypoint

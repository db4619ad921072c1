// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/parameter_matching.h"

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace waypoint {

namespace {

using Groups = std::span<const std::vector<ShapeNumber>>;

/// With more groups than this (and different sizes) shapes never decide in practice.
constexpr std::size_t kMostGroups = 64;

bool agree(ShapeNumber slot, ShapeNumber parameter) { return slot == kUnknownShape || slot == parameter; }

std::size_t slotCount(Groups groups)
{
    std::size_t sum = 0;
    for (const auto &group : groups)
        sum += group.size();
    return sum;
}

/// One group is a part of the model in the model's order. It fits in one way where taking each parameter as early and
/// as late as possible comes to the same.
ParameterMatch matchOneGroup(const std::vector<ShapeNumber> &slots, std::span<const ShapeNumber> model)
{
    ParameterMatch match;
    std::size_t at = 0;
    for (const ShapeNumber slot : slots) {
        while (at < model.size() && !agree(slot, model[at]))
            ++at;
        if (at == model.size())
            return {};
        match.order.push_back(static_cast<std::uint32_t>(at++));
    }
    std::size_t end = model.size();
    for (std::size_t i = slots.size(); i > 0; --i) {
        while (!agree(slots[i - 1], model[end - 1]))
            --end;
        if (match.order[i - 1] != --end)
            return {MatchKind::Many, {}};
    }
    match.kind = MatchKind::One;
    return match;
}

/// Deals the model's parameters out to the groups one by one, and looks for a second way after the first. Ways that are
/// known to end nowhere are remembered, so that the work stays in proportion to the different situations.
class GroupSearch
{
public:
    GroupSearch(Groups groups, std::span<const ShapeNumber> model)
        : m_groups(groups),
          m_model(model),
          m_taken(groups.size() + 1, 0),
          m_skipsLeft(model.size() - slotCount(groups)),
          m_stepsLeft(kSteps + 2 * model.size())
    {
    }

    ParameterMatch run()
    {
        std::size_t from = 0;
        for (;;) {
            if (m_stepsLeft-- == 0)
                return {MatchKind::Many, {}};
            if (m_choices.size() == m_model.size()) {
                if (m_found)
                    return {MatchKind::Many, {}};
                m_found = true;
                m_foundChoices = m_choices;
                m_lastFound = m_choices.size();
            } else if (choose(from)) {
                from = 0;
                continue;
            }
            if (m_choices.empty())
                break;
            from = stepBack();
        }
        return m_found ? answer() : ParameterMatch{};
    }

private:
    static constexpr std::size_t kSteps = 200'000;
    static constexpr std::size_t kRemembered = 100'000;

    [[nodiscard]] bool mayTake(std::size_t group) const
    {
        if (group == m_groups.size())
            return m_taken[group] < m_skipsLeft;
        const auto &slots = m_groups[group];
        return m_taken[group] < slots.size() && agree(slots[m_taken[group]], m_model[m_choices.size()]);
    }

    /// Gives the next parameter to the first possible group from `from` on; the last "group" are the frozen ones.
    bool choose(std::size_t from)
    {
        for (std::size_t group = from; group <= m_groups.size(); ++group) {
            if (!mayTake(group))
                continue;
            ++m_taken[group];
            m_choices.push_back(static_cast<std::uint32_t>(group));
            if (m_hopeless.empty() || !m_hopeless.contains(situation()))
                return true;
            undo();
        }
        return false;
    }

    std::size_t undo()
    {
        const std::size_t group = m_choices.back();
        m_choices.pop_back();
        --m_taken[group];
        return group;
    }

    std::size_t stepBack()
    {
        // Everything below the situation that is left has been tried. It is hopeless unless the answer lies below it.
        if (m_found && m_choices.size() <= m_lastFound)
            m_lastFound = m_choices.size() - 1;
        else if (m_hopeless.size() < kRemembered)
            m_hopeless.insert(situation());
        return undo() + 1;
    }

    /// How many each group has: with it everything that can follow is decided.
    [[nodiscard]] std::string situation() const
    {
        return {reinterpret_cast<const char *>(m_taken.data()), m_taken.size() * sizeof(std::uint32_t)};
    }

    [[nodiscard]] ParameterMatch answer() const
    {
        std::vector<std::size_t> next(m_groups.size() + 1, 0);
        for (std::size_t g = 1; g < m_groups.size(); ++g)
            next[g] = next[g - 1] + m_groups[g - 1].size();
        ParameterMatch match{MatchKind::One, std::vector<std::uint32_t>(slotCount(m_groups))};
        for (std::size_t i = 0; i < m_foundChoices.size(); ++i)
            if (m_foundChoices[i] < m_groups.size())
                match.order[next[m_foundChoices[i]]++] = static_cast<std::uint32_t>(i);
        return match;
    }

    Groups m_groups;
    std::span<const ShapeNumber> m_model;
    std::vector<std::uint32_t> m_taken;  ///< per group; the last are the frozen parameters
    std::size_t m_skipsLeft;             ///< how many may be frozen in all
    std::size_t m_stepsLeft;
    std::vector<std::uint32_t> m_choices;
    std::vector<std::uint32_t> m_foundChoices;
    std::unordered_set<std::string> m_hopeless;
    std::size_t m_lastFound = 0;  ///< prefixes of the found way up to this length are not hopeless
    bool m_found = false;
};

/// Runs of parameters that were handed over in the model's order. Some trainers make a group of every single parameter,
/// walking the model; those are one run.
std::vector<std::vector<ShapeNumber>> handedOver(Groups groups)
{
    std::vector<std::vector<ShapeNumber>> filled;
    for (const auto &group : groups)
        if (!group.empty())
            filled.push_back(group);
    if (filled.size() < 3 || slotCount(filled) != filled.size())
        return filled;
    std::vector<ShapeNumber> run;
    for (const auto &group : filled)
        run.push_back(group.front());
    return {std::move(run)};
}

}  // namespace

ParameterMatch matchByShapeAlone(Groups groups, std::span<const ShapeNumber> model)
{
    std::unordered_map<ShapeNumber, std::uint32_t> place;
    std::unordered_set<ShapeNumber> repeated;
    for (std::size_t i = 0; i < model.size(); ++i)
        if (!place.emplace(model[i], static_cast<std::uint32_t>(i)).second)
            repeated.insert(model[i]);
    ParameterMatch match{MatchKind::One, {}};
    std::unordered_set<ShapeNumber> used;
    for (const auto &group : groups) {
        for (const ShapeNumber slot : group) {
            const auto found = place.find(slot);
            if (found == place.end() || repeated.contains(slot) || !used.insert(slot).second)
                return {};
            match.order.push_back(found->second);
        }
    }
    return match;
}

ParameterMatch matchParameters(Groups groups, std::span<const ShapeNumber> model)
{
    const auto filled = handedOver(groups);
    const std::size_t slots = slotCount(filled);
    if (slots == 0 || slots > model.size())
        return {};
    ParameterMatch match{MatchKind::Many, {}};
    if (filled.size() == 1)
        match = matchOneGroup(filled.front(), model);
    else if (filled.size() <= kMostGroups)
        match = GroupSearch(filled, model).run();
    return match.kind == MatchKind::None ? matchByShapeAlone(filled, model) : match;
}

}  // namespace waypoint

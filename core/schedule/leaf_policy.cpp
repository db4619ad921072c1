// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/leaf_policy.h"

#include <algorithm>

namespace waypoint {

LeafPolicy::LeafPolicy(std::string_view name, StateReader &state, std::initializer_list<std::string_view> without)
    : m_lastEpoch(state.steps("last_epoch")),
      m_stepCount(state.steps("_step_count", m_lastEpoch + 1)),
      m_baseRates(state.numbers("base_lrs", {})),
      m_lastRates(state.numbers("_last_lr", {})),
      m_class(name),
      m_kept(state.dict(), without)
{
}

void LeafPolicy::remember(const std::vector<ScheduledGroup> &groups)
{
    m_lastRates.resize(groups.size());
    std::transform(groups.begin(), groups.end(), m_lastRates.begin(), [](const ScheduledGroup &g) { return g.lr; });
}

std::size_t LeafPolicy::ratedGroups(const std::vector<ScheduledGroup> &groups) const
{
    return std::min(groups.size(), m_baseRates.size());
}

Result<void> LeafPolicy::step(ScheduleGroups &groups, std::optional<double>)
{
    ++m_stepCount;
    ++m_lastEpoch;
    if (auto done = advance(groups.items); !done)
        return done;
    groups.known = knownAfter(groups.known);
    remember(groups.items);
    return {};
}

Result<void> LeafPolicy::enter(ScheduleGroups &groups)
{
    ++m_stepCount;
    m_lastEpoch = 0;
    if (auto done = advanceDirectly(groups.items); !done)
        return done;
    groups.known = knownAfterEnter(groups.known);
    remember(groups.items);
    return {};
}

void LeafPolicy::rewind(std::int64_t steps)
{
    m_lastEpoch -= steps;
    m_stepCount -= steps;
}

double LeafPolicy::startRate(std::size_t index, const ScheduledGroup &group) const
{
    if (index < m_baseRates.size())
        return m_baseRates[index];
    return group.initialLr.value_or(group.lr);
}

ValueId LeafPolicy::write(ValueTree &into) const
{
    std::vector<NewValue> changes{{"last_epoch", into.addInt(m_lastEpoch)}};
    if (!m_baseRates.empty())
        changes.push_back({"_step_count", into.addInt(m_stepCount)});
    if (!m_lastRates.empty())
        changes.push_back({"_last_lr", addNumbers(into, m_lastRates)});
    writeOwn(into, changes);
    return copyDict(m_kept.dict(), into, changes);
}

}  // namespace waypoint

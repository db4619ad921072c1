// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/policies.h"

#include <algorithm>
#include <numeric>

namespace waypoint {

namespace {

using Parts = std::vector<SchedulePolicyPtr>;

/// What SequentialLR and ChainedScheduler share: the schedules within.
class CompositePolicy : public SchedulePolicy
{
public:
    CompositePolicy(StateReader &state, Parts parts)
        : m_lastRates(state.numbers("_last_lr", {})), m_parts(std::move(parts)), m_kept(state.dict(), {"_schedulers"})
    {
    }
    CompositePolicy(const CompositePolicy &other)
        : SchedulePolicy(other), m_lastRates(other.m_lastRates), m_kept(other.m_kept)
    {
        for (const SchedulePolicyPtr &part : other.m_parts)
            m_parts.push_back(part->clone());
    }

    Result<void> enter(ScheduleGroups &) override
    {
        return Error{ErrorCode::Unsupported,
                     std::string(className()) + " as a later part of a SequentialLR is nothing PyTorch can step into"};
    }

    [[nodiscard]] double startRate(std::size_t index, const ScheduledGroup &group) const override
    {
        return group.initialLr.value_or(m_parts.front()->startRate(index, group));
    }
    [[nodiscard]] const std::vector<double> &lastRates() const override { return m_lastRates; }

    [[nodiscard]] bool needsMetric() const override
    {
        return std::any_of(m_parts.begin(), m_parts.end(), [](const auto &part) { return part->needsMetric(); });
    }

    [[nodiscard]] std::string note() const override
    {
        for (const SchedulePolicyPtr &part : m_parts)
            if (std::string text = part->note(); !text.empty())
                return text;
        return {};
    }

    [[nodiscard]] std::size_t leaves() const override
    {
        return std::accumulate(m_parts.begin(), m_parts.end(), std::size_t{0},
                               [](std::size_t sum, const auto &part) { return sum + part->leaves(); });
    }

protected:
    ValueId writeWith(ValueTree &into, std::vector<NewValue> changes) const
    {
        if (!m_lastRates.empty())
            changes.push_back({"_last_lr", addNumbers(into, m_lastRates)});
        std::vector<ValueId> parts;
        for (const SchedulePolicyPtr &part : m_parts)
            parts.push_back(part->write(into));
        changes.push_back({"_schedulers", into.addContainer(ValueKind::List, parts)});
        return copyDict(m_kept.dict(), into, changes);
    }

    std::vector<double> m_lastRates;
    Parts m_parts;

private:
    KeptState m_kept;
};

class SequentialPolicy final : public CompositePolicy
{
public:
    SequentialPolicy(StateReader &state, Parts parts)
        : CompositePolicy(state, std::move(parts)),
          m_lastEpoch(state.steps("last_epoch")),
          m_milestones(state.numbers("_milestones"))
    {
    }
    [[nodiscard]] SchedulePolicyPtr clone() const override { return std::make_unique<SequentialPolicy>(*this); }
    [[nodiscard]] std::string_view className() const override { return "SequentialLR"; }
    [[nodiscard]] std::int64_t lastEpoch() const override { return m_lastEpoch; }

    Result<void> step(ScheduleGroups &groups, std::optional<double> metric) override
    {
        ++m_lastEpoch;
        const std::size_t i = currentPart();
        SchedulePolicy &part = *m_parts[i];
        const bool entering = i > 0 && m_milestones[i - 1] == static_cast<double>(m_lastEpoch);
        auto done = entering ? part.enter(groups) : part.step(groups, metric);
        m_lastRates = part.lastRates();
        return done;
    }

    /// Whatever the constructors of the parts made of the rates, this one starts over from initial_lr, and always with
    /// the first part.
    Result<void> begin(ScheduleGroups &groups) override
    {
        m_lastEpoch = 0;
        for (std::size_t i = 0; i < groups.items.size(); ++i)
            groups.items[i].lr = startRate(i, groups.items[i]);
        groups.known = true;
        auto done = m_parts.front()->step(groups, {});
        m_lastRates = m_parts.front()->lastRates();
        return done;
    }

    void rewind(std::int64_t steps) override
    {
        const std::int64_t before = m_lastEpoch - steps;
        m_parts.front()->rewind(std::max<std::int64_t>(1, stepsOfFirstPart() - before));
        for (std::size_t i = 1; i < m_parts.size(); ++i)
            m_parts[i]->rewind(m_parts[i]->lastEpoch() + 1);
        m_lastEpoch = before;
    }

    ValueId write(ValueTree &into) const override
    {
        return writeWith(into, {{"last_epoch", into.addInt(m_lastEpoch)}});
    }

private:
    /// Python's bisect_right, which never looks beyond where it lands, sorted or not.
    [[nodiscard]] std::size_t currentPart() const
    {
        std::size_t low = 0;
        std::size_t high = m_milestones.size();
        while (low < high) {
            const std::size_t middle = (low + high) / 2;
            if (static_cast<double>(m_lastEpoch) < m_milestones[middle])
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    /// last_epoch at the last step that went to the first part: it has seen all the others.
    [[nodiscard]] std::int64_t stepsOfFirstPart() const
    {
        if (m_milestones.empty() || !(static_cast<double>(m_lastEpoch) >= m_milestones.front()))
            return m_lastEpoch;
        return static_cast<std::int64_t>(std::max(m_milestones.front(), 0.0)) - 1;
    }

    std::int64_t m_lastEpoch;
    std::vector<double> m_milestones;
};

class ChainedPolicy final : public CompositePolicy
{
public:
    ChainedPolicy(StateReader &state, Parts parts) : CompositePolicy(state, std::move(parts)) {}
    [[nodiscard]] SchedulePolicyPtr clone() const override { return std::make_unique<ChainedPolicy>(*this); }
    [[nodiscard]] std::string_view className() const override { return "ChainedScheduler"; }
    /// It has no count of its own.
    [[nodiscard]] std::int64_t lastEpoch() const override { return m_parts.front()->lastEpoch(); }

    Result<void> step(ScheduleGroups &groups, std::optional<double> metric) override
    {
        return each(groups, [&](SchedulePolicy &part) { return part.step(groups, metric); });
    }

    /// Each part's constructor ran on what the one before left.
    Result<void> begin(ScheduleGroups &groups) override
    {
        return each(groups, [&](SchedulePolicy &part) { return part.begin(groups); });
    }

    void rewind(std::int64_t steps) override
    {
        for (const SchedulePolicyPtr &part : m_parts)
            part->rewind(steps);
    }

    ValueId write(ValueTree &into) const override { return writeWith(into, {}); }

private:
    template<typename Action>
    Result<void> each(ScheduleGroups &groups, Action action)
    {
        for (const SchedulePolicyPtr &part : m_parts)
            if (auto done = action(*part); !done)
                return done;
        m_lastRates.resize(groups.items.size());
        for (std::size_t i = 0; i < groups.items.size(); ++i)
            m_lastRates[i] = groups.items[i].lr;
        return {};
    }
};

}  // namespace

SchedulePolicyPtr makeCompositePolicy(bool sequential, StateReader &state, std::vector<SchedulePolicyPtr> parts)
{
    if (sequential)
        return std::make_unique<SequentialPolicy>(state, std::move(parts));
    return std::make_unique<ChainedPolicy>(state, std::move(parts));
}

}  // namespace waypoint

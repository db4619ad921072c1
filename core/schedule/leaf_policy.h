// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/dict_copy.h"
#include "core/schedule/schedule_policy.h"
#include "core/schedule/schedule_state.h"

namespace waypoint {

/// What torch's LRScheduler itself does: counting, and remembering the rates it set.
class LeafPolicy : public SchedulePolicy
{
public:
    [[nodiscard]] std::string_view className() const override { return m_class; }
    [[nodiscard]] std::int64_t lastEpoch() const override { return m_lastEpoch; }
    Result<void> step(ScheduleGroups &groups, std::optional<double> metric) override;
    Result<void> enter(ScheduleGroups &groups) override;
    void rewind(std::int64_t steps) override;
    [[nodiscard]] double startRate(std::size_t index, const ScheduledGroup &group) const override;
    [[nodiscard]] const std::vector<double> &lastRates() const override { return m_lastRates; }
    ValueId write(ValueTree &into) const override;

protected:
    /// Reads last_epoch, _step_count, base_lrs and _last_lr, and keeps the state but for the keys in `without`.
    LeafPolicy(std::string_view name, StateReader &state, std::initializer_list<std::string_view> without = {});

    /// The rates at m_lastEpoch from those of the step before: torch's get_lr().
    virtual Result<void> advance(std::vector<ScheduledGroup> &groups) = 0;
    /// The rates at m_lastEpoch from base_lrs; classes without a closed form advance.
    virtual Result<void> advanceDirectly(std::vector<ScheduledGroup> &groups) { return advance(groups); }
    /// Whether the rates follow from the file's content after advance(), given whether they did before.
    [[nodiscard]] virtual bool knownAfter(bool before) const { return before; }
    [[nodiscard]] virtual bool knownAfterEnter(bool) const { return true; }
    /// Adds what changes from step to step, beside the base's own.
    virtual void writeOwn(ValueTree &, std::vector<NewValue> &) const {}

    void remember(const std::vector<ScheduledGroup> &groups);
    /// Groups that the schedule has a base rate for: torch leaves those added later alone.
    [[nodiscard]] std::size_t ratedGroups(const std::vector<ScheduledGroup> &groups) const;

    std::int64_t m_lastEpoch = -1;
    std::int64_t m_stepCount = 0;
    std::vector<double> m_baseRates;
    std::vector<double> m_lastRates;

private:
    std::string_view m_class;  ///< a literal
    KeptState m_kept;
};

}  // namespace waypoint

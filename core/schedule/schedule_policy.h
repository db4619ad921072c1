// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/lr_schedule.h"

#include <cstddef>

namespace waypoint {

/// The groups a schedule changes, and whether their rates follow from what a file says: a lambda's do not, until
/// a schedule sets them anew.
struct ScheduleGroups
{
    std::vector<ScheduledGroup> items;
    bool known = true;
};

/// What one class of torch.optim.lr_scheduler does with the groups of an optimizer. Several may share the same groups
/// (SequentialLR, ChainedScheduler), so that the groups are handed in.
class SchedulePolicy
{
public:
    virtual ~SchedulePolicy() = default;

    [[nodiscard]] virtual std::string_view className() const = 0;
    [[nodiscard]] virtual std::int64_t lastEpoch() const = 0;

    /// scheduler.step(metric)
    virtual Result<void> step(ScheduleGroups &groups, std::optional<double> metric) = 0;
    /// scheduler.step(0), with which SequentialLR starts its second and later schedules: the closed form, where torch
    /// has one.
    virtual Result<void> enter(ScheduleGroups &groups) = 0;
    /// The first step, which torch's constructor does. Requires: rewound to before it.
    virtual Result<void> begin(ScheduleGroups &groups) { return step(groups, {}); }
    /// Takes back that many calls of step(), the constructor's included; the groups are the caller's to reset.
    virtual void rewind(std::int64_t steps) = 0;

    /// Rate of a group before the first step.
    [[nodiscard]] virtual double startRate(std::size_t index, const ScheduledGroup &group) const = 0;
    /// _last_lr: what this schedule itself set last; empty where the state has none.
    [[nodiscard]] virtual const std::vector<double> &lastRates() const = 0;
    [[nodiscard]] virtual bool needsMetric() const { return false; }
    [[nodiscard]] virtual std::string note() const { return {}; }
    /// Rates by the state alone, where it says more than the number of steps; nothing where steps say it all.
    [[nodiscard]] virtual std::optional<std::vector<double>> ratesByState() const { return std::nullopt; }
    /// How many schedules without parts there are in it: what one step costs.
    [[nodiscard]] virtual std::size_t leaves() const { return 1; }

    virtual ValueId write(ValueTree &into) const = 0;
    [[nodiscard]] virtual std::unique_ptr<SchedulePolicy> clone() const = 0;
};

using SchedulePolicyPtr = std::unique_ptr<SchedulePolicy>;

/// Reads the state_dict of a schedule and of those within it. Requires: `groups` has what is known of them.
Result<SchedulePolicyPtr> readSchedulePolicy(Value stateDict, const std::vector<ScheduledGroup> &groups);

/// A schedule in the state that `policy` and `groups` are in.
LrSchedulePtr makeTorchSchedule(SchedulePolicyPtr policy, std::vector<ScheduledGroup> groups);

}  // namespace waypoint

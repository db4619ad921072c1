// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/schedule_policy.h"

namespace waypoint {

/// A schedule as torch runs it: a policy and the groups it changes.
class TorchSchedule final : public LrSchedule
{
public:
    TorchSchedule(SchedulePolicyPtr policy, std::vector<ScheduledGroup> groups);

    [[nodiscard]] std::string_view className() const override { return m_policy->className(); }
    [[nodiscard]] std::int64_t lastEpoch() const override { return m_policy->lastEpoch(); }
    [[nodiscard]] const std::vector<ScheduledGroup> &groups() const override { return m_now.items; }
    Result<void> step(std::optional<double> metric) override;
    [[nodiscard]] bool needsMetric() const override { return m_policy->needsMetric(); }
    [[nodiscard]] std::vector<std::optional<std::vector<double>>> rates(std::int64_t count) const override;
    [[nodiscard]] std::string note() const override { return m_policy->note(); }
    ValueId writeStateDict(ValueTree &into) const override { return m_policy->write(into); }
    [[nodiscard]] LrSchedulePtr clone() const override;

    /// What the schedule says the rates should be now, whatever the groups have: by its own steps from the first, or
    /// what it says it set last. Empty where neither is known.
    [[nodiscard]] std::vector<double> expectedRates() const;

private:
    using Rates = std::vector<std::optional<std::vector<double>>>;

    /// The schedule as it was before its first step.
    [[nodiscard]] TorchSchedule rewound() const;
    void addPast(Rates &rates) const;
    void addFuture(Rates &rates) const;

    SchedulePolicyPtr m_policy;
    ScheduleGroups m_now;
};

}  // namespace waypoint

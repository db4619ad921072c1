// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/torch_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

/// Steps of one schedule with one group that may be taken to learn what a file should say: under a second.
constexpr std::int64_t kMostWork = 20'000'000;

std::optional<std::vector<double>> ratesOf(const ScheduleGroups &groups)
{
    if (!groups.known)
        return std::nullopt;
    std::vector<double> rates;
    rates.reserve(groups.items.size());
    for (const ScheduledGroup &group : groups.items) {
        if (std::isnan(group.lr))
            return std::nullopt;
        rates.push_back(group.lr);
    }
    return rates;
}

bool hasNan(const std::vector<ScheduledGroup> &groups)
{
    return std::any_of(groups.begin(), groups.end(), [](const ScheduledGroup &group) { return std::isnan(group.lr); });
}

}  // namespace

TorchSchedule::TorchSchedule(SchedulePolicyPtr policy, std::vector<ScheduledGroup> groups)
    : m_policy(std::move(policy)), m_now{std::move(groups), true}
{
}

LrSchedulePtr TorchSchedule::clone() const { return std::make_unique<TorchSchedule>(m_policy->clone(), m_now.items); }

Result<void> TorchSchedule::step(std::optional<double> metric)
{
    SchedulePolicyPtr policy = m_policy->clone();  // so that an error changes nothing
    ScheduleGroups groups = m_now;
    if (auto done = policy->step(groups, metric); !done)
        return done;
    if (hasNan(groups.items) && !hasNan(m_now.items))
        return Error{ErrorCode::BadArgument,
                     fmt::format("{}: its settings give no rate for step {}", className(), policy->lastEpoch())};
    m_policy = std::move(policy);
    m_now = std::move(groups);
    return {};
}

TorchSchedule TorchSchedule::rewound() const
{
    TorchSchedule first(m_policy->clone(), m_now.items);
    for (std::size_t i = 0; i < first.m_now.items.size(); ++i)
        first.m_now.items[i].lr = m_policy->startRate(i, m_now.items[i]);
    first.m_policy->rewind(m_policy->lastEpoch() + 1);
    return first;
}

void TorchSchedule::addPast(Rates &rates) const
{
    TorchSchedule past = rewound();
    const auto end = std::min(static_cast<std::int64_t>(rates.size()), lastEpoch());
    if (end <= 0 || !past.m_policy->begin(past.m_now))
        return;
    for (std::int64_t k = 0; k < end; ++k) {
        if (k > 0 && !past.m_policy->step(past.m_now, {}))
            return;
        rates[static_cast<std::size_t>(k)] = ratesOf(past.m_now);
    }
}

void TorchSchedule::addFuture(Rates &rates) const
{
    TorchSchedule future(m_policy->clone(), m_now.items);
    if (lastEpoch() < 0) {
        future = rewound();
        if (!future.m_policy->begin(future.m_now))
            return;
    }
    for (auto k = static_cast<std::size_t>(std::max<std::int64_t>(lastEpoch(), 0)); k < rates.size(); ++k) {
        if (static_cast<std::int64_t>(k) > std::max<std::int64_t>(lastEpoch(), 0)
            && !future.m_policy->step(future.m_now, {}))
            return;
        rates[k] = ratesOf(future.m_now);
    }
}

std::vector<std::optional<std::vector<double>>> TorchSchedule::rates(std::int64_t count) const
{
    Rates rates(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
    addPast(rates);
    addFuture(rates);
    return rates;
}

std::vector<double> TorchSchedule::expectedRates() const
{
    if (auto rates = m_policy->ratesByState())
        return *rates;
    const auto work = static_cast<std::int64_t>(std::max<std::size_t>(m_now.items.size() * m_policy->leaves(), 1));
    if (lastEpoch() >= 0 && lastEpoch() <= kMostWork / work) {
        TorchSchedule past = rewound();
        bool fine = bool(past.m_policy->begin(past.m_now));
        for (std::int64_t k = 0; fine && k < lastEpoch(); ++k)
            fine = bool(past.m_policy->step(past.m_now, {}));
        if (const auto rates = ratesOf(past.m_now); fine && rates)
            return *rates;
    }
    return m_policy->lastRates();
}

LrSchedulePtr makeTorchSchedule(SchedulePolicyPtr policy, std::vector<ScheduledGroup> groups)
{
    return std::make_unique<TorchSchedule>(std::move(policy), std::move(groups));
}

std::vector<RateMismatch> rateMismatches(const LrSchedule &schedule, const std::vector<Value> &paramGroups)
{
    const auto *torch = dynamic_cast<const TorchSchedule *>(&schedule);
    if (!torch)
        return {};
    const std::vector<double> expected = torch->expectedRates();
    const std::vector<ScheduledGroup> groups = scheduledGroups(paramGroups);
    std::vector<RateMismatch> mismatches;
    for (std::size_t i = 0; i < std::min(expected.size(), groups.size()); ++i) {
        const double difference = std::abs(groups[i].lr - expected[i]);
        // Rates that have decayed to nothing differ by rounding alone.
        if (!(difference <= 1e-6 * std::max(std::abs(groups[i].lr), std::abs(expected[i]))) && !(difference < 1e-16))
            mismatches.push_back({i, groups[i].lr, expected[i]});
    }
    return mismatches;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Schedules whose past and future are not in a file: a metric or a function decides.
#include "core/schedule/policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace waypoint {

namespace {

class PlateauPolicy final : public LeafPolicy
{
public:
    explicit PlateauPolicy(StateReader &state)
        : LeafPolicy("ReduceLROnPlateau", state),
          m_factor(state.number("factor")),
          m_patience(state.number("patience")),
          m_cooldown(state.number("cooldown", 0)),
          m_coolingDown(state.number("cooldown_counter", 0)),
          m_wantsMax(state.text("mode", "min") == "max"),
          m_relative(state.text("threshold_mode", "rel") == "rel"),
          m_threshold(state.number("threshold", 1e-4)),
          m_best(state.number("best", worst())),
          m_badEpochs(state.number("num_bad_epochs", 0)),
          m_smallestCut(state.number("eps", 1e-8)),
          m_defaultLeast(state.number("default_min_lr", 0)),
          m_leastRates(state.numbers("min_lrs", {}))
    {
    }
    [[nodiscard]] SchedulePolicyPtr clone() const override { return std::make_unique<PlateauPolicy>(*this); }

    [[nodiscard]] bool needsMetric() const override { return true; }

    [[nodiscard]] std::string note() const override
    {
        const double left = m_patience - m_badEpochs + 1 + m_coolingDown;
        return fmt::format(
            "ReduceLROnPlateau follows a metric, so that only the rate of now can be known: best {}, {} of "
            "{} epochs without improvement; the next cut, times {}, comes at {} if nothing improves.",
            m_best, m_badEpochs, m_patience, m_factor, static_cast<double>(m_lastEpoch) + left);
    }

    Result<void> step(ScheduleGroups &groups, std::optional<double> metric) override
    {
        if (!metric)
            return Error{ErrorCode::BadArgument, "ReduceLROnPlateau needs the monitored metric at each step"};
        ++m_lastEpoch;
        count(*metric);
        if (m_badEpochs > m_patience) {
            cut(groups.items);
            m_coolingDown = m_cooldown;
            m_badEpochs = 0;
        }
        groups.known = false;
        remember(groups.items);
        return {};
    }

    /// The constructor takes no step; it counts from 0.
    Result<void> begin(ScheduleGroups &groups) override
    {
        m_lastEpoch = 0;
        groups.known = false;
        remember(groups.items);
        return {};
    }

protected:
    Result<void> advance(std::vector<ScheduledGroup> &) override { return {}; }

    void writeOwn(ValueTree &into, std::vector<NewValue> &changes) const override
    {
        changes.push_back({"best", into.addFloat(m_best)});
        changes.push_back({"num_bad_epochs", addCount(into, m_badEpochs)});
        changes.push_back({"cooldown_counter", addCount(into, m_coolingDown)});
    }

private:
    [[nodiscard]] double worst() const
    {
        constexpr double kMost = std::numeric_limits<double>::infinity();
        return m_wantsMax ? -kMost : kMost;
    }

    [[nodiscard]] bool improves(double metric) const
    {
        if (m_wantsMax)
            return metric > (m_relative ? m_best * (m_threshold + 1.0) : m_best + m_threshold);
        return metric < (m_relative ? m_best * (1.0 - m_threshold) : m_best - m_threshold);
    }

    void count(double metric)
    {
        if (improves(metric)) {
            m_best = metric;
            m_badEpochs = 0;
        } else {
            m_badEpochs += 1;
        }
        if (m_coolingDown > 0) {
            m_coolingDown -= 1;
            m_badEpochs = 0;
        }
    }

    void cut(std::vector<ScheduledGroup> &groups) const
    {
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const double least = i < m_leastRates.size() ? m_leastRates[i] : m_defaultLeast;
            const double rate = std::max(groups[i].lr * m_factor, least);
            if (groups[i].lr - rate > m_smallestCut)
                groups[i].lr = rate;
        }
    }

    double m_factor;
    double m_patience;
    double m_cooldown;
    double m_coolingDown;  ///< cooldown_counter
    bool m_wantsMax;
    bool m_relative;
    double m_threshold;
    double m_best;
    double m_badEpochs;
    double m_smallestCut;  ///< eps
    double m_defaultLeast;
    std::vector<double> m_leastRates;
};

class LambdaPolicy final : public LeafPolicy
{
public:
    LambdaPolicy(std::string_view name, StateReader &state) : LeafPolicy(name, state) {}
    [[nodiscard]] SchedulePolicyPtr clone() const override { return std::make_unique<LambdaPolicy>(*this); }

    [[nodiscard]] std::string note() const override
    {
        return "The function of a LambdaLR or MultiplicativeLR is in the training script, not in the file: only the "
               "rate of "
               "now can be known, and it stays as it is.";
    }

protected:
    Result<void> advance(std::vector<ScheduledGroup> &) override { return {}; }
    [[nodiscard]] bool knownAfter(bool) const override { return false; }
    [[nodiscard]] bool knownAfterEnter(bool) const override { return false; }
};

}  // namespace

SchedulePolicyPtr readPlateauPolicy(StateReader &state) { return std::make_unique<PlateauPolicy>(state); }

SchedulePolicyPtr readLambdaPolicy(std::string_view name, StateReader &state)
{
    return std::make_unique<LambdaPolicy>(name == "MultiplicativeLR" ? "MultiplicativeLR" : "LambdaLR", state);
}

}  // namespace waypoint

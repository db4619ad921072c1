// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Classes that compute each rate from base_lrs and the place in a period.
#include "core/schedule/policies.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace waypoint {

namespace {

using Groups = std::vector<ScheduledGroup>;

class WarmRestartsPolicy final : public LeafPolicy
{
public:
    explicit WarmRestartsPolicy(StateReader &state)
        : LeafPolicy("CosineAnnealingWarmRestarts", state),
          m_first(state.divisor("T_0")),
          m_period(state.number("T_i")),
          m_growth(state.number("T_mult")),
          m_position(state.number("T_cur")),
          m_least(state.number("eta_min", 0))
    {
    }
    [[nodiscard]] SchedulePolicyPtr clone() const override { return std::make_unique<WarmRestartsPolicy>(*this); }

    /// torch's class overrides step() and counts no steps.
    Result<void> step(ScheduleGroups &groups, std::optional<double>) override
    {
        if (m_lastEpoch < 0)
            return enter(groups);
        ++m_lastEpoch;
        m_position += 1;
        if (m_position >= m_period) {
            m_position -= m_period;
            m_period *= m_growth;
        }
        return set(groups);
    }

    Result<void> enter(ScheduleGroups &groups) override
    {
        m_lastEpoch = 0;
        m_position = 0;
        m_period = m_first;
        return set(groups);
    }

    void rewind(std::int64_t steps) override
    {
        m_lastEpoch -= steps;
        m_position = static_cast<double>(m_lastEpoch);
        m_period = m_first;
    }

    /// step(epoch + i / batches) leaves a T_cur that counting steps would not lead to.
    [[nodiscard]] std::optional<std::vector<double>> ratesByState() const override
    {
        std::vector<double> rates;
        for (const double base : m_baseRates)
            rates.push_back(rate(base));
        return rates;
    }

protected:
    Result<void> advance(Groups &groups) override
    {
        for (std::size_t i = 0; i < ratedGroups(groups); ++i)
            groups[i].lr = rate(m_baseRates[i]);
        return {};
    }

    void writeOwn(ValueTree &into, std::vector<NewValue> &changes) const override
    {
        changes.push_back({"T_cur", addCount(into, m_position)});
        changes.push_back({"T_i", addCount(into, m_period)});
    }

private:
    double rate(double base) const
    {
        return m_least + (base - m_least) * (1 + std::cos(std::numbers::pi * m_position / m_period)) / 2;
    }

    Result<void> set(ScheduleGroups &groups)
    {
        groups.known = true;
        auto done = advance(groups.items);
        remember(groups.items);
        return done;
    }

    double m_first;     ///< T_0
    double m_period;    ///< T_i
    double m_growth;    ///< T_mult
    double m_position;  ///< T_cur
    double m_least;     ///< eta_min
};

class CyclicPolicy final : public LeafPolicy
{
public:
    explicit CyclicPolicy(StateReader &state)
        : LeafPolicy("CyclicLR", state, {"_scale_fn_ref"}),
          m_maxRates(state.numbers("max_lrs")),
          m_size(state.divisor("total_size")),
          m_ratio(state.number("step_ratio")),
          m_gamma(state.number("gamma", 1)),
          m_mode(state.text("mode", "triangular")),
          m_byCycle(state.text("scale_mode", "cycle") == "cycle"),
          m_cyclesMomentum(state.flag("cycle_momentum", false)),
          m_baseMomentums(state.numbers("base_momentums", {})),
          m_maxMomentums(state.numbers("max_momentums", {}))
    {
        const ValueKind custom = state["_scale_fn_custom"].kind();
        m_custom = custom != ValueKind::None || !agreesWithLastRates();
    }
    [[nodiscard]] SchedulePolicyPtr clone() const override { return std::make_unique<CyclicPolicy>(*this); }

    [[nodiscard]] std::string note() const override
    {
        if (!m_custom)
            return {};
        return "CyclicLR with a scale function of its own: the function is in the training script, not in the file, so "
               "that other rates than the last one cannot be known, and the rate stays.";
    }

protected:
    Result<void> advance(Groups &groups) override
    {
        if (m_custom)
            return {};
        const double height = place();
        const double scale = this->scale();
        for (std::size_t i = 0; i < ratedGroups(groups) && i < m_maxRates.size(); ++i)
            groups[i].lr = m_baseRates[i] + (m_maxRates[i] - m_baseRates[i]) * height * scale;
        const std::size_t cycled = std::min({groups.size(), m_baseMomentums.size(), m_maxMomentums.size()});
        for (std::size_t i = 0; m_cyclesMomentum && i < cycled; ++i)
            groups[i].momentum = m_maxMomentums[i] - (m_maxMomentums[i] - m_baseMomentums[i]) * height * scale;
        return {};
    }
    [[nodiscard]] bool knownAfter(bool) const override { return !m_custom; }
    [[nodiscard]] bool knownAfterEnter(bool) const override { return !m_custom; }

    /// Python's load_state_dict takes it out, and fails where it is missing.
    void writeOwn(ValueTree &into, std::vector<NewValue> &changes) const override
    {
        if (!m_custom)
            changes.push_back({"_scale_fn_custom", into.addNone()});
    }

private:
    [[nodiscard]] double cycle() const { return std::floor(1 + static_cast<double>(m_lastEpoch) / m_size); }

    /// 0 at the base rate, 1 at the highest.
    [[nodiscard]] double place() const
    {
        const double x = 1.0 + static_cast<double>(m_lastEpoch) / m_size - cycle();
        return x <= m_ratio ? x / m_ratio : (x - 1) / (m_ratio - 1);
    }

    [[nodiscard]] double scale() const
    {
        const double x = m_byCycle ? cycle() : static_cast<double>(m_lastEpoch);
        if (m_mode == "triangular2")
            return 1 / std::pow(2.0, x - 1);
        return m_mode == "exp_range" ? std::pow(m_gamma, x) : 1.0;
    }

    /// A plain function as scale_fn leaves no other trace than rates that are not the built-in ones.
    [[nodiscard]] bool agreesWithLastRates() const
    {
        if (m_lastEpoch < 0)
            return true;
        const double factor = place() * scale();
        for (std::size_t i = 0; i < std::min({m_lastRates.size(), m_baseRates.size(), m_maxRates.size()}); ++i) {
            const double expected = m_baseRates[i] + (m_maxRates[i] - m_baseRates[i]) * factor;
            if (std::abs(expected - m_lastRates[i]) > 1e-9 * std::max(std::abs(expected), std::abs(m_maxRates[i])))
                return false;
        }
        return true;
    }

    std::vector<double> m_maxRates;
    double m_size;   ///< total_size: steps of a cycle
    double m_ratio;  ///< step_ratio: the part of it that rises
    double m_gamma;
    std::string m_mode;
    bool m_byCycle;
    bool m_cyclesMomentum;
    std::vector<double> m_baseMomentums;
    std::vector<double> m_maxMomentums;
    bool m_custom = false;
};

}  // namespace

SchedulePolicyPtr readPeriodicPolicy(std::string_view name, StateReader &state)
{
    if (name == "CosineAnnealingWarmRestarts")
        return std::make_unique<WarmRestartsPolicy>(state);
    if (name == "CyclicLR")
        return std::make_unique<CyclicPolicy>(state);
    return nullptr;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Classes whose next rate comes from the one before. The order of operations is torch's, since the last bit depends
// on it.
#include "core/schedule/policies.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace waypoint {

namespace {

using Groups = std::vector<ScheduledGroup>;

double asDouble(std::int64_t steps) { return static_cast<double>(steps); }

/// A policy that multiplies every group's rate with the same factor. `Self` has factor() and directFactor(), the
/// latter for base_lrs.
template<typename Self>
class FactorPolicy : public LeafPolicy
{
public:
    using LeafPolicy::LeafPolicy;
    [[nodiscard]] SchedulePolicyPtr clone() const override
    {
        return std::make_unique<Self>(static_cast<const Self &>(*this));
    }

protected:
    Result<void> advance(Groups &groups) override
    {
        if (const auto factor = self().factor())
            for (ScheduledGroup &group : groups)
                group.lr *= *factor;
        return {};
    }

    Result<void> advanceDirectly(Groups &groups) override
    {
        const double factor = self().directFactor();
        for (std::size_t i = 0; i < ratedGroups(groups); ++i)
            groups[i].lr = m_baseRates[i] * factor;
        return {};
    }

private:
    const Self &self() const { return static_cast<const Self &>(*this); }
};

class StepPolicy final : public FactorPolicy<StepPolicy>
{
public:
    explicit StepPolicy(StateReader &state)
        : FactorPolicy("StepLR", state), m_every(state.divisor("step_size")), m_gamma(state.number("gamma"))
    {
    }

    std::optional<double> factor() const
    {
        if (m_lastEpoch == 0 || std::fmod(asDouble(m_lastEpoch), m_every) != 0)
            return std::nullopt;
        return m_gamma;
    }
    double directFactor() const { return std::pow(m_gamma, std::floor(asDouble(m_lastEpoch) / m_every)); }

private:
    double m_every;
    double m_gamma;
};

class MultiStepPolicy final : public FactorPolicy<MultiStepPolicy>
{
public:
    explicit MultiStepPolicy(StateReader &state) : FactorPolicy("MultiStepLR", state), m_gamma(state.number("gamma"))
    {
        readMilestones(state);
    }

    std::optional<double> factor() const
    {
        const auto at = std::lower_bound(m_milestones.begin(), m_milestones.end(), Milestone{asDouble(m_lastEpoch), 0},
                                         [](auto &a, auto &b) { return a.epoch < b.epoch; });
        if (at == m_milestones.end() || at->epoch != asDouble(m_lastEpoch))
            return std::nullopt;
        return std::pow(m_gamma, at->times);
    }

    double directFactor() const
    {
        double passed = 0;
        for (const Milestone &milestone : m_milestones)
            if (milestone.epoch <= asDouble(m_lastEpoch))
                passed += std::max(milestone.times, 0.0);
        return std::pow(m_gamma, passed);
    }

private:
    struct Milestone
    {
        double epoch;
        double times;
    };

    /// A Counter; a plain list in the oldest files.
    void readMilestones(StateReader &state)
    {
        const Value value = state["milestones"];
        if (!value.is(ValueKind::Dict) && !value.is(ValueKind::List))
            state.fail("its milestones are no list");
        for (std::size_t i = 0; i < value.count(); ++i) {
            const bool counted = value.is(ValueKind::Dict);
            const auto epoch = scalarOf(counted ? value.key(i) : value.at(i));
            const auto times = counted ? scalarOf(value.at(i)) : std::optional(1.0);
            if (!epoch || !times || std::isnan(*epoch))
                return state.fail("one of its milestones is no number");
            m_milestones.push_back({*epoch, *times});
        }
        mergeMilestones();
    }

    void mergeMilestones()
    {
        std::stable_sort(m_milestones.begin(), m_milestones.end(), [](auto &a, auto &b) { return a.epoch < b.epoch; });
        std::vector<Milestone> merged;
        for (const Milestone &milestone : m_milestones)
            if (!merged.empty() && merged.back().epoch == milestone.epoch)
                merged.back().times += milestone.times;
            else
                merged.push_back(milestone);
        m_milestones = std::move(merged);
    }

    double m_gamma;
    std::vector<Milestone> m_milestones;
};

class ConstantPolicy final : public FactorPolicy<ConstantPolicy>
{
public:
    explicit ConstantPolicy(StateReader &state)
        : FactorPolicy("ConstantLR", state), m_factor(state.number("factor")), m_total(state.number("total_iters"))
    {
    }

    std::optional<double> factor() const
    {
        if (m_lastEpoch == 0)
            return m_factor;
        return asDouble(m_lastEpoch) == m_total ? std::optional(1.0 / m_factor) : std::nullopt;
    }
    double directFactor() const { return m_factor + (asDouble(m_lastEpoch) >= m_total ? 1.0 : 0.0) * (1 - m_factor); }

private:
    double m_factor;
    double m_total;
};

class LinearPolicy final : public FactorPolicy<LinearPolicy>
{
public:
    explicit LinearPolicy(StateReader &state)
        : FactorPolicy("LinearLR", state),
          m_start(state.number("start_factor")),
          m_end(state.number("end_factor")),
          m_total(state.number("total_iters"))
    {
    }

    std::optional<double> factor() const
    {
        const double t = asDouble(m_lastEpoch);
        if (m_lastEpoch == 0)
            return m_start;
        if (t > m_total)
            return std::nullopt;
        return 1.0 + (m_end - m_start) / (m_total * m_start + (t - 1) * (m_end - m_start));
    }
    double directFactor() const
    {
        return m_start + (m_end - m_start) * std::min(m_total, asDouble(m_lastEpoch)) / m_total;
    }

private:
    double m_start;
    double m_end;
    double m_total;
};

class ExponentialPolicy final : public FactorPolicy<ExponentialPolicy>
{
public:
    explicit ExponentialPolicy(StateReader &state)
        : FactorPolicy("ExponentialLR", state), m_gamma(state.number("gamma"))
    {
    }

    std::optional<double> factor() const { return m_lastEpoch == 0 ? std::nullopt : std::optional(m_gamma); }
    double directFactor() const { return std::pow(m_gamma, asDouble(m_lastEpoch)); }

private:
    double m_gamma;
};

class PolynomialPolicy final : public FactorPolicy<PolynomialPolicy>
{
public:
    explicit PolynomialPolicy(StateReader &state)
        : FactorPolicy("PolynomialLR", state), m_total(state.number("total_iters")), m_power(state.number("power"))
    {
    }

    std::optional<double> factor() const
    {
        const double t = asDouble(m_lastEpoch);
        if (m_lastEpoch == 0 || t > m_total)
            return std::nullopt;
        return std::pow((1.0 - t / m_total) / (1.0 - (t - 1) / m_total), m_power);
    }
    double directFactor() const { return std::pow(1.0 - std::min(m_total, asDouble(m_lastEpoch)) / m_total, m_power); }

private:
    double m_total;
    double m_power;
};

/// Recursive as well, towards eta_min instead of zero.
class CosinePolicy final : public LeafPolicy
{
public:
    explicit CosinePolicy(StateReader &state)
        : LeafPolicy("CosineAnnealingLR", state), m_half(state.divisor("T_max")), m_least(state.number("eta_min", 0))
    {
    }
    [[nodiscard]] SchedulePolicyPtr clone() const override { return std::make_unique<CosinePolicy>(*this); }

protected:
    Result<void> advance(Groups &groups) override
    {
        using std::numbers::pi;
        const double t = asDouble(m_lastEpoch);
        if (m_lastEpoch == 0)
            return {};
        if (m_stepCount == 1 && m_lastEpoch > 0)
            setFromBase(groups, 1 + std::cos(t * pi / m_half));
        else if (std::fmod(t - 1 - m_half, 2 * m_half) == 0)
            leaveTheBottom(groups, 1 - std::cos(pi / m_half));
        else
            shrink(groups, (1 + std::cos(pi * t / m_half)) / (1 + std::cos(pi * (t - 1) / m_half)));
        return {};
    }

    Result<void> advanceDirectly(Groups &groups) override
    {
        setFromBase(groups, 1 + std::cos(std::numbers::pi * asDouble(m_lastEpoch) / m_half));
        return {};
    }

private:
    void setFromBase(Groups &groups, double height) const
    {
        for (std::size_t i = 0; i < ratedGroups(groups); ++i)
            groups[i].lr = m_least + (m_baseRates[i] - m_least) * height / 2;
    }

    /// At the bottom the ratio of two neighbours would divide by zero.
    void leaveTheBottom(Groups &groups, double height) const
    {
        for (std::size_t i = 0; i < ratedGroups(groups); ++i)
            groups[i].lr += (m_baseRates[i] - m_least) * height / 2;
    }

    void shrink(Groups &groups, double ratio) const
    {
        for (ScheduledGroup &group : groups)
            group.lr = ratio * (group.lr - m_least) + m_least;
    }

    double m_half;   ///< T_max: half a period
    double m_least;  ///< eta_min
};

}  // namespace

SchedulePolicyPtr readRecursivePolicy(std::string_view name, StateReader &state)
{
    if (name == "StepLR")
        return std::make_unique<StepPolicy>(state);
    if (name == "MultiStepLR")
        return std::make_unique<MultiStepPolicy>(state);
    if (name == "ConstantLR")
        return std::make_unique<ConstantPolicy>(state);
    if (name == "LinearLR")
        return std::make_unique<LinearPolicy>(state);
    if (name == "ExponentialLR")
        return std::make_unique<ExponentialPolicy>(state);
    if (name == "PolynomialLR")
        return std::make_unique<PolynomialPolicy>(state);
    if (name == "CosineAnnealingLR")
        return std::make_unique<CosinePolicy>(state);
    return nullptr;
}

}  // namespace waypoint

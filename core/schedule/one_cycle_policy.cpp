// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/policies.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace waypoint {

namespace {

using Groups = std::vector<ScheduledGroup>;

/// What a phase goes from or to: a key of the param group.
struct Anchor
{
    std::string key;

    [[nodiscard]] std::optional<double> of(const ScheduledGroup &group) const
    {
        if (key == "initial_lr")
            return group.initialLr;
        const auto at = group.extras.find(key);
        return at == group.extras.end() ? std::nullopt : std::optional(at->second);
    }
};

struct Phase
{
    double end = 0;
    Anchor startRate;
    Anchor endRate;
    Anchor startMomentum;
    Anchor endMomentum;
};

/// The phases of files up to PyTorch 1.6, which had only their lengths.
std::vector<Phase> phasesOfLengths(double up, double down)
{
    return {{up, {"initial_lr"}, {"max_lr"}, {"max_momentum"}, {"base_momentum"}},
            {up + down, {"max_lr"}, {"min_lr"}, {"base_momentum"}, {"max_momentum"}}};
}

std::vector<Phase> readPhases(StateReader &state)
{
    const Value saved = state["_schedule_phases"];
    if (!saved.isValid())
        return phasesOfLengths(state.number("step_size_up"), state.number("step_size_down"));
    std::vector<Phase> phases;
    for (std::size_t i = 0; i < saved.count(); ++i) {
        const Value phase = saved.at(i);
        const auto end = scalarOf(phase["end_step"]);
        if (!end)
            state.fail("one of its phases has no end_step");
        const auto anchor = [&](std::string_view key) { return Anchor{std::string(phase[key].text())}; };
        phases.push_back(
            {end.value_or(0), anchor("start_lr"), anchor("end_lr"), anchor("start_momentum"), anchor("end_momentum")});
    }
    if (phases.empty())
        state.fail("it has no phases");
    return phases;
}

class OneCyclePolicy final : public LeafPolicy
{
public:
    OneCyclePolicy(StateReader &state, const Groups &groups)
        : LeafPolicy("OneCycleLR", state, {"anneal_func"}),
          m_total(state.number("total_steps")),
          m_phases(readPhases(state)),
          m_cyclesMomentum(state.flag("cycle_momentum", false)),
          m_linear(annealsLinearly(state, "_anneal_func_type", false))
    {
        for (const ScheduledGroup &group : groups)
            requireAnchors(group, state);
        if (groups.empty())
            state.fail("it keeps max_lr and min_lr in the optimizer's param_groups, which the file does not have");
    }
    [[nodiscard]] SchedulePolicyPtr clone() const override { return std::make_unique<OneCyclePolicy>(*this); }

    Result<void> step(ScheduleGroups &groups, std::optional<double> metric) override
    {
        if (static_cast<double>(m_lastEpoch) + 1 > m_total)
            return Error{
                ErrorCode::BadArgument,
                fmt::format("OneCycleLR ends after its total_steps, {}: it cannot be stepped further", m_total),
                {},
                "Start a new schedule for the steps that follow."};
        return LeafPolicy::step(groups, metric);
    }

protected:
    Result<void> advance(Groups &groups) override
    {
        double start = 0;
        std::size_t i = 0;
        while (i + 1 < m_phases.size() && static_cast<double>(m_lastEpoch) > m_phases[i].end)
            start = m_phases[i++].end;
        const Phase &phase = m_phases[i];
        const double share = (static_cast<double>(m_lastEpoch) - start) / (phase.end - start);
        for (ScheduledGroup &group : groups) {
            group.lr = between(phase.startRate.of(group), phase.endRate.of(group), share);
            if (m_cyclesMomentum)
                group.momentum = between(phase.startMomentum.of(group), phase.endMomentum.of(group), share);
        }
        return {};
    }
    [[nodiscard]] bool knownAfter(bool) const override { return true; }

    void writeOwn(ValueTree &into, std::vector<NewValue> &changes) const override
    {
        changes.push_back({"_anneal_func_type", into.addStr(m_linear ? "linear" : "cos")});
    }

private:
    [[nodiscard]] double between(std::optional<double> from, std::optional<double> to, double share) const
    {
        const double start = from.value_or(0);
        const double end = to.value_or(0);
        if (m_linear)
            return (end - start) * share + start;
        return end + (start - end) / 2.0 * (std::cos(std::numbers::pi * share) + 1);
    }

    void requireAnchors(const ScheduledGroup &group, StateReader &state) const
    {
        for (const Phase &phase : m_phases) {
            for (const Anchor *anchor : {&phase.startRate, &phase.endRate})
                if (!anchor->of(group))
                    state.fail(fmt::format("the optimizer's param_groups have no {} for it", anchor->key));
            for (const Anchor *anchor : {&phase.startMomentum, &phase.endMomentum})
                if (m_cyclesMomentum && !anchor->of(group))
                    state.fail(fmt::format("the optimizer's param_groups have no {} for it", anchor->key));
        }
    }

    double m_total;
    std::vector<Phase> m_phases;
    bool m_cyclesMomentum;
    bool m_linear;
};

/// The name of a function, by whichever way a pickle gives it: a global, or getattr(object, name).
std::string_view functionName(Value function)
{
    if (function.is(ValueKind::Str) || function.is(ValueKind::Global))
        return function.text();
    if (!function.is(ValueKind::Object))
        return {};
    const Value arguments = function.wrap(function.object().args);
    return arguments.count() > 1 ? arguments.at(1).text() : std::string_view();
}

}  // namespace

bool annealsLinearly(const StateReader &state, std::string_view nameKey, bool fallback)
{
    for (const Value value : {state[nameKey], state["anneal_func"]}) {
        const std::string_view name = functionName(value);
        if (name.find("linear") != std::string_view::npos)
            return true;
        if (name.find("cos") != std::string_view::npos)
            return false;
    }
    return fallback;
}

SchedulePolicyPtr readOneCyclePolicy(StateReader &state, const std::vector<ScheduledGroup> &groups)
{
    return std::make_unique<OneCyclePolicy>(state, groups);
}

}  // namespace waypoint

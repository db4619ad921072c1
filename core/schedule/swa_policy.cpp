// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/policies.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace waypoint {

namespace {

using Groups = std::vector<ScheduledGroup>;

/// From whatever rate there is to swa_lr: it takes back what it added before, and adds anew.
class SwaPolicy final : public LeafPolicy
{
public:
    SwaPolicy(StateReader &state, const Groups &groups)
        : LeafPolicy("SWALR", state, {"anneal_func"}),
          m_length(state.number("anneal_epochs")),
          m_linear(annealsLinearly(state, "_anneal_strategy", false))
    {
        for (const ScheduledGroup &group : groups)
            if (!group.extras.contains("swa_lr"))
                state.fail("the optimizer's param_groups have no swa_lr for it");
        if (groups.empty())
            state.fail("it keeps swa_lr in the optimizer's param_groups, which the file does not have");
    }
    [[nodiscard]] SchedulePolicyPtr clone() const override { return std::make_unique<SwaPolicy>(*this); }

    /// Another schedule may have moved the rate before this one took over: then the file's rate tells from where.
    [[nodiscard]] double startRate(std::size_t index, const ScheduledGroup &group) const override
    {
        const double base = LeafPolicy::startRate(index, group);
        const double alpha = share(asSteps() - 1);
        if (index >= m_lastRates.size() || alpha >= 1)
            return base;
        const double start = withoutShare(m_lastRates[index], swaRate(group), alpha);
        return std::abs(start - base) <= 1e-9 * std::abs(base) ? base : start;
    }

protected:
    Result<void> advance(Groups &groups) override
    {
        double steps = asSteps() - 1;
        if (m_length == 0)
            steps = std::max(1.0, steps);
        const double before = share(steps - 1);
        const double now = share(steps);
        for (ScheduledGroup &group : groups) {
            const double swa = swaRate(group);
            const double start = withoutShare(group.lr, swa, before);
            group.lr = swa * now + start * (1 - now);
        }
        return {};
    }

    void writeOwn(ValueTree &into, std::vector<NewValue> &changes) const override
    {
        changes.push_back({"_anneal_strategy", into.addStr(m_linear ? "linear" : "cos")});
    }

private:
    [[nodiscard]] double asSteps() const { return static_cast<double>(m_stepCount); }

    static double swaRate(const ScheduledGroup &group)
    {
        const auto at = group.extras.find("swa_lr");
        return at == group.extras.end() ? group.lr : at->second;
    }

    static double withoutShare(double rate, double swa, double alpha)
    {
        return alpha == 1 ? swa : (rate - alpha * swa) / (1 - alpha);
    }

    /// The part of swa_lr in the rate after so many steps.
    [[nodiscard]] double share(double steps) const
    {
        const double t = std::max(0.0, std::min(1.0, steps / std::max(1.0, m_length)));
        return m_linear ? t : (1 - std::cos(std::numbers::pi * t)) / 2;
    }

    double m_length;  ///< anneal_epochs
    bool m_linear;
};

}  // namespace

SchedulePolicyPtr readSwaPolicy(StateReader &state, const std::vector<ScheduledGroup> &groups)
{
    return std::make_unique<SwaPolicy>(state, groups);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/schedule_marks.h"

#include "core/checkpoint/scheduler_classes.h"
#include "core/schedule/schedule_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace waypoint {

namespace {

constexpr double kMostRepeats = 200;
constexpr std::size_t kMostMarks = 2000;
constexpr int kMostNesting = 16;
constexpr int kMostSchedules = 1000;

using Kind = ScheduleMark::Kind;

/// Gathers the marks of one schedule after the other. Each has its own count of steps, which starts at `m_start` of the
/// whole and is in turn until `m_end`.
class MarkFinder
{
public:
    explicit MarkFinder(double lastStep) : m_end(lastStep) {}

    void visit(Value value);
    std::vector<ScheduleMark> take();

private:
    void add(double step, Kind kind, std::string text);
    void addEach(double period, Kind kind, const std::string &text);

    void step(Value state);
    void multiStep(Value state);
    void constant(Value state);
    void linear(Value state);
    void polynomial(Value state);
    void cosine(Value state);
    void warmRestarts(Value state);
    void cyclic(Value state);
    void oneCycle(Value state);
    void swa(Value state);
    void sequential(Value state);
    void chained(Value state);

    [[nodiscard]] static double number(Value state, std::string_view key)
    {
        return scalarOf(state[key]).value_or(std::nan(""));
    }

    std::vector<ScheduleMark> m_marks;
    double m_start = 0;
    double m_end;  ///< the last step, of the whole
    int m_depth = 0;
    int m_left = kMostSchedules;
};

std::string factorText(double factor) { return fmt::format("× {:.4g}", factor); }

std::string className(Value state)
{
    const auto found = schedulerClass(state, Fields(state), "scheduler");
    return found ? found->name : std::string();
}

void MarkFinder::add(double step, Kind kind, std::string text)
{
    const double at = m_start + step;
    if (step > 0 && at <= m_end && m_marks.size() < kMostMarks)
        m_marks.push_back({at, kind, std::move(text)});
}

void MarkFinder::addEach(double period, Kind kind, const std::string &text)
{
    const double repeats = std::floor((m_end - m_start) / period);
    if (!(period > 0) || !(repeats <= kMostRepeats))
        return;
    for (double i = 1; i <= repeats; ++i)
        add(i * period, kind, text);
}

void MarkFinder::step(Value state)
{
    addEach(number(state, "step_size"), Kind::Milestone, factorText(number(state, "gamma")));
}

void MarkFinder::multiStep(Value state)
{
    const Value milestones = state["milestones"];
    const double gamma = number(state, "gamma");
    std::map<double, double> times;  // a Counter; a plain list in the oldest files
    const bool counted = milestones.is(ValueKind::Dict);
    for (std::size_t i = 0; i < std::min(milestones.count(), kMostMarks); ++i)
        if (const auto at = scalarOf(counted ? milestones.key(i) : milestones.at(i)); at && !std::isnan(*at))
            times[*at] += counted ? scalarOf(milestones.at(i)).value_or(1) : 1;
    for (const auto &[milestone, count] : times)
        add(milestone, Kind::Milestone, factorText(std::pow(gamma, count)));
}

void MarkFinder::constant(Value state)
{
    const bool raises = number(state, "factor") < 1;
    add(number(state, "total_iters"), raises ? Kind::WarmupEnd : Kind::End, "end of ConstantLR's total_iters");
}

void MarkFinder::linear(Value state)
{
    const bool raises = number(state, "start_factor") < number(state, "end_factor");
    add(number(state, "total_iters"), raises ? Kind::WarmupEnd : Kind::End, "end of LinearLR's total_iters");
}

void MarkFinder::polynomial(Value state)
{
    add(number(state, "total_iters"), Kind::End, "end of PolynomialLR's total_iters: lr 0");
}

void MarkFinder::cosine(Value state)
{
    const double half = number(state, "T_max");
    add(half, Kind::End, fmt::format("T_max: lr at eta_min, {:.4g}", number(state, "eta_min")));
    addEach(2 * half, Kind::CycleEnd, "lr at its highest again: T_max is over");
}

void MarkFinder::warmRestarts(Value state)
{
    double period = number(state, "T_0");
    const double growth = number(state, "T_mult");
    if (growth <= 1)
        return addEach(period, Kind::Restart, "restart");
    // Each period is longer than the one before, so that there are few.
    for (double at = period; period > 0 && m_start + at <= m_end; at += period) {
        period *= growth;
        add(at, Kind::Restart, fmt::format("restart, for {:.6g} steps", period));
        if (m_marks.size() >= kMostMarks)
            return;
    }
}

void MarkFinder::cyclic(Value state) { addEach(number(state, "total_size"), Kind::CycleEnd, "end of a cycle"); }

void MarkFinder::oneCycle(Value state)
{
    const Value phases = state["_schedule_phases"];
    for (std::size_t i = 0; i + 1 < std::min<std::size_t>(phases.count(), 16); ++i) {
        const bool peak = phases.at(i)["end_lr"].text() == "max_lr";
        add(number(phases.at(i), "end_step"), peak ? Kind::WarmupEnd : Kind::Milestone,
            peak ? "highest: max_lr" : "next phase");
    }
    // Up to PyTorch 1.6 there were only lengths.
    if (!phases.isValid())
        add(number(state, "step_size_up"), Kind::WarmupEnd, "highest: max_lr");
    add(number(state, "total_steps") - 1, Kind::End, "last of total_steps");
}

void MarkFinder::swa(Value state) { add(number(state, "anneal_epochs"), Kind::End, "annealed: lr stays at swa_lr"); }

void MarkFinder::sequential(Value state)
{
    const Value parts = state["_schedulers"];
    const Value milestones = state["_milestones"];
    const double start = m_start;
    const double end = m_end;
    const std::string first = className(parts.at(0));
    for (std::size_t i = 0; i < parts.count() && m_left > 0; ++i) {
        const double from = i == 0 ? 0 : scalarOf(milestones.at(i - 1)).value_or(std::nan(""));
        const double next = scalarOf(milestones.at(i)).value_or(std::nan(""));
        if (!(start + from <= end))
            break;
        if (i > 0) {
            m_start = start;
            m_end = end;
            const bool warmed = i == 1 && (first == "LinearLR" || first == "ConstantLR");
            add(from, warmed ? Kind::WarmupEnd : Kind::Switch, className(parts.at(i)) + " takes over");
        }
        m_start = start + from;
        // At the milestone itself the next part has taken over.
        m_end = std::isnan(next) ? end : std::min(end, std::ceil(start + next) - 1);
        visit(parts.at(i));
    }
    m_start = start;
    m_end = end;
}

void MarkFinder::chained(Value state)
{
    const Value parts = state["_schedulers"];
    for (std::size_t i = 0; i < parts.count() && m_left > 0; ++i)
        visit(parts.at(i));
}

void MarkFinder::visit(Value value)
{
    if (m_depth >= kMostNesting || m_left-- <= 0)
        return;
    using Find = void (MarkFinder::*)(Value);
    static const std::map<std::string_view, Find> kFinders{
        {"StepLR", &MarkFinder::step},
        {"MultiStepLR", &MarkFinder::multiStep},
        {"ConstantLR", &MarkFinder::constant},
        {"LinearLR", &MarkFinder::linear},
        {"PolynomialLR", &MarkFinder::polynomial},
        {"CosineAnnealingLR", &MarkFinder::cosine},
        {"CosineAnnealingWarmRestarts", &MarkFinder::warmRestarts},
        {"CyclicLR", &MarkFinder::cyclic},
        {"OneCycleLR", &MarkFinder::oneCycle},
        {"SWALR", &MarkFinder::swa},
        {"SequentialLR", &MarkFinder::sequential},
        {"ChainedScheduler", &MarkFinder::chained},
    };
    const std::string name = className(value);
    const auto finder = kFinders.find(name);
    if (finder == kFinders.end())
        return;
    ++m_depth;
    (this->*finder->second)(stateOf(value));
    --m_depth;
}

std::vector<ScheduleMark> MarkFinder::take()
{
    std::stable_sort(m_marks.begin(), m_marks.end(), [](auto &a, auto &b) { return a.step < b.step; });
    m_marks.erase(std::unique(m_marks.begin(), m_marks.end()), m_marks.end());
    return std::move(m_marks);
}

}  // namespace

std::string_view markKindName(ScheduleMark::Kind kind)
{
    switch (kind) {
    case Kind::Milestone:
        return "milestone";
    case Kind::Restart:
        return "restart";
    case Kind::CycleEnd:
        return "cycle end";
    case Kind::WarmupEnd:
        return "warm-up end";
    case Kind::Switch:
        return "switch";
    case Kind::End:
        return "end";
    }
    return "";
}

std::vector<ScheduleMark> scheduleMarks(Value stateDict, std::int64_t lastStep)
{
    MarkFinder finder(static_cast<double>(lastStep));
    finder.visit(stateDict);
    return finder.take();
}

}  // namespace waypoint

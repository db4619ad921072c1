// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/new_state.h"

#include "core/base/checked.h"
#include "core/schedule/schedule_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>

namespace waypoint {

namespace {

using Keys = std::vector<std::string_view>;

/// Reads arguments, checks them as torch does, and writes the dict. The first thing that does not fit is kept.
class StateMaker
{
public:
    StateMaker(ValueTree &tree, NewScheduleState &state) : m_tree(tree), m_state(state) {}

    Result<ValueId> make();

private:
    // --- arguments ---
    template<typename T>
    T take(const Result<T> &value)
    {
        if (!value && !m_error)
            m_error = value.error();
        return value ? *value : T();
    }
    double number(std::string_view key, double fallback) { return take(m_state.arguments.number(key, fallback)); }
    std::int64_t whole(std::string_view key, std::int64_t fallback)
    {
        return take(m_state.arguments.integer(key, fallback));
    }
    bool flag(std::string_view key, bool fallback) { return take(m_state.arguments.flag(key, fallback)); }
    std::string text(std::string_view key, std::string_view fallback) { return m_state.arguments.text(key, fallback); }

    void require(bool fits, std::string_view key, std::string_view expected)
    {
        if (!fits && !m_error)
            m_error = Error{ErrorCode::BadArgument, fmt::format("{}: {} is {}, expected {}", m_state.className, key,
                                                                m_state.arguments.text(key, "missing"), expected)};
    }
    void needs(std::string_view key) { require(m_state.arguments.has(key), key, "a value: it has no default"); }
    void knows(const Keys &keys)
    {
        if (auto fine = m_state.arguments.onlyKnows(keys, m_state.className); !fine && !m_error)
            m_error = fine.error();
    }
    std::vector<double> perGroup(std::string_view key, const std::vector<double> &fallback);
    std::vector<double> rates() const;

    // --- the dict ---
    void add(std::string_view key, ValueId value) { m_pairs.insert(m_pairs.end(), {m_tree.addStr(key), value}); }
    void addNumber(std::string_view key, double value) { add(key, m_tree.addFloat(value)); }
    void addWhole(std::string_view key, std::int64_t value) { add(key, m_tree.addInt(value)); }
    void addText(std::string_view key, std::string_view value) { add(key, m_tree.addStr(value)); }
    void addFlag(std::string_view key, bool value) { add(key, m_tree.addBool(value)); }
    void addBase(const std::vector<double> &baseRates);

    // --- classes ---
    void step();
    void multiStep();
    void constant();
    void linear();
    void exponential();
    void polynomial();
    void cosine();
    void warmRestarts();
    void cyclic();
    void oneCycle();
    void plateau();
    void swa();

    void cycleMomentum(double low, double high);
    void addPhases(double share, std::int64_t total, bool three);

    ValueTree &m_tree;
    NewScheduleState &m_state;
    std::vector<ValueId> m_pairs;
    std::vector<double> m_base;  ///< base_lrs
    std::optional<Error> m_error;
};

std::vector<double> StateMaker::rates() const
{
    std::vector<double> rates;
    for (const ScheduledGroup &group : m_state.groups)
        rates.push_back(group.initialLr.value_or(group.lr));
    return rates;
}

std::vector<double> StateMaker::perGroup(std::string_view key, const std::vector<double> &fallback)
{
    auto values = take(m_state.arguments.numbers(key, fallback));
    if (values.size() == 1)
        values.assign(m_state.groups.size(), values.front());
    require(values.size() == m_state.groups.size(), key, "one number, or one for each param group");
    values.resize(m_state.groups.size());
    return values;
}

void StateMaker::step()
{
    knows({"step_size", "gamma"});
    needs("step_size");
    const auto every = whole("step_size", 1);
    require(every > 0, "step_size", "a positive number of steps");
    addWhole("step_size", every);
    addNumber("gamma", number("gamma", 0.1));
}

void StateMaker::multiStep()
{
    knows({"milestones", "gamma"});
    needs("milestones");
    std::map<std::int64_t, std::int64_t> counts;
    for (const std::int64_t milestone : take(m_state.arguments.integers("milestones", {})))
        ++counts[milestone];
    std::vector<ValueId> pairs;
    for (const auto &[milestone, times] : counts)
        pairs.insert(pairs.end(), {m_tree.addInt(milestone), m_tree.addInt(times)});
    const ValueId counter = m_tree.addContainer(ValueKind::Dict, pairs);
    m_tree.setClassName(counter, m_tree.addGlobal("collections", "Counter"));
    add("milestones", counter);
    addNumber("gamma", number("gamma", 0.1));
}

void StateMaker::constant()
{
    knows({"factor", "total_iters"});
    const double factor = number("factor", 1.0 / 3);
    require(factor >= 0 && factor <= 1, "factor", "0 to 1");
    addNumber("factor", factor);
    addWhole("total_iters", whole("total_iters", 5));
}

void StateMaker::linear()
{
    knows({"start_factor", "end_factor", "total_iters"});
    const double start = number("start_factor", 1.0 / 3);
    const double end = number("end_factor", 1.0);
    const auto total = whole("total_iters", 5);
    require(start > 0 && start <= 1, "start_factor", "more than 0, at most 1");
    require(end >= 0 && end <= 1, "end_factor", "0 to 1");
    require(total > 0, "total_iters", "a positive number of steps");
    addNumber("start_factor", start);
    addNumber("end_factor", end);
    addWhole("total_iters", total);
}

void StateMaker::exponential()
{
    knows({"gamma"});
    needs("gamma");
    addNumber("gamma", number("gamma", 1));
}

void StateMaker::polynomial()
{
    knows({"total_iters", "power"});
    const auto total = whole("total_iters", std::max<std::int64_t>(m_state.totalSteps, 1));
    require(total > 0, "total_iters", "a positive number of steps");
    addWhole("total_iters", total);
    addNumber("power", number("power", 1.0));
}

void StateMaker::cosine()
{
    knows({"T_max", "eta_min"});
    const auto half = whole("T_max", std::max<std::int64_t>(m_state.totalSteps, 1));
    require(half > 0, "T_max", "a positive number of steps");
    addWhole("T_max", half);
    addNumber("eta_min", number("eta_min", 0));
}

void StateMaker::warmRestarts()
{
    knows({"T_0", "T_mult", "eta_min"});
    needs("T_0");
    const auto first = whole("T_0", 1);
    const auto growth = whole("T_mult", 1);
    require(first > 0, "T_0", "a positive number of steps");
    require(growth >= 1, "T_mult", "1 or more");
    addWhole("T_0", first);
    addWhole("T_i", first);
    addWhole("T_mult", growth);
    addNumber("eta_min", number("eta_min", 0));
    addWhole("T_cur", m_state.waiting ? 0 : -1);
}

void StateMaker::cycleMomentum(double low, double high)
{
    const auto base = perGroup("base_momentum", {low});
    const auto most = perGroup("max_momentum", {high});
    for (std::size_t i = 0; i < m_state.groups.size(); ++i) {
        ScheduledGroup &group = m_state.groups[i];
        if (!group.momentum && !m_error)
            m_error = Error{ErrorCode::BadArgument,
                            m_state.className
                                + " cycles the momentum, and this optimizer has none: set cycle_momentum=false"};
        group.momentum = most[i];
        group.extras["base_momentum"] = base[i];
        group.extras["max_momentum"] = most[i];
    }
    if (m_state.className == "CyclicLR") {
        add("base_momentums", addNumbers(m_tree, base));
        add("max_momentums", addNumbers(m_tree, most));
    }
}

void StateMaker::cyclic()
{
    knows({"base_lr", "max_lr", "step_size_up", "step_size_down", "mode", "gamma", "scale_mode", "cycle_momentum",
           "base_momentum", "max_momentum"});
    needs("max_lr");
    m_base = perGroup("base_lr", rates());
    const double up = number("step_size_up", 2000);
    const double down = number("step_size_down", up);
    require(up > 0, "step_size_up", "a positive number of steps");
    require(down > 0, "step_size_down", "a positive number of steps");
    const std::string mode = text("mode", "triangular");
    require(mode == "triangular" || mode == "triangular2" || mode == "exp_range", "mode",
            "triangular, triangular2 or exp_range");
    for (std::size_t i = 0; i < m_state.groups.size(); ++i)
        m_state.groups[i].lr = m_base[i];
    add("max_lrs", addNumbers(m_tree, perGroup("max_lr", {})));
    addNumber("total_size", up + down);
    addNumber("step_ratio", up / (up + down));
    addText("mode", mode);
    addNumber("gamma", number("gamma", 1));
    addText("scale_mode", mode == "exp_range" ? "iterations" : "cycle");
    const bool cycles = flag("cycle_momentum", true);
    addFlag("cycle_momentum", cycles);
    if (cycles)
        cycleMomentum(0.8, 0.9);
    add("_scale_fn_custom", m_tree.addNone());
}

void StateMaker::addPhases(double share, std::int64_t total, bool three)
{
    struct Phase
    {
        double end;
        std::array<std::string_view, 4> anchors;
    };
    const auto steps = static_cast<double>(total);
    std::vector<Phase> phases{{share * steps - 1, {"initial_lr", "max_lr", "max_momentum", "base_momentum"}}};
    if (three) {
        phases.push_back({2 * share * steps - 2, {"max_lr", "initial_lr", "base_momentum", "max_momentum"}});
        phases.push_back({steps - 1, {"initial_lr", "min_lr", "max_momentum", "max_momentum"}});
    } else {
        phases.push_back({steps - 1, {"max_lr", "min_lr", "base_momentum", "max_momentum"}});
    }
    constexpr std::array<std::string_view, 4> kKeys{"start_lr", "end_lr", "start_momentum", "end_momentum"};
    std::vector<ValueId> items;
    for (const Phase &phase : phases) {
        std::vector<ValueId> pairs{m_tree.addStr("end_step"), m_tree.addFloat(phase.end)};
        for (std::size_t i = 0; i < kKeys.size(); ++i)
            pairs.insert(pairs.end(), {m_tree.addStr(kKeys[i]), m_tree.addStr(phase.anchors[i])});
        items.push_back(m_tree.addContainer(ValueKind::Dict, pairs));
    }
    add("_schedule_phases", m_tree.addContainer(ValueKind::List, items));
}

void StateMaker::oneCycle()
{
    knows({"max_lr", "total_steps", "epochs", "steps_per_epoch", "pct_start", "anneal_strategy", "cycle_momentum",
           "base_momentum", "max_momentum", "div_factor", "final_div_factor", "three_phase"});
    const auto epochs = whole("epochs", 1);
    const auto perEpoch = whole("steps_per_epoch", 1);
    const bool both = m_state.arguments.has("epochs") && m_state.arguments.has("steps_per_epoch");
    const auto product =
        both ? checkedMul(epochs, perEpoch) : std::optional(std::max<std::int64_t>(m_state.totalSteps, 1));
    require(product.has_value(), "epochs", "fewer");
    const auto total = whole("total_steps", product.value_or(1));
    require(total > 0, "total_steps", "a positive number of steps");
    const double share = number("pct_start", 0.3);
    require(share >= 0 && share <= 1, "pct_start", "0 to 1");
    const std::string anneal = text("anneal_strategy", "cos");
    require(anneal == "cos" || anneal == "linear", "anneal_strategy", "cos or linear");
    const auto most = perGroup("max_lr", rates());
    for (std::size_t i = 0; i < m_state.groups.size(); ++i) {
        ScheduledGroup &group = m_state.groups[i];
        group.initialLr = most[i] / number("div_factor", 25);
        group.extras["max_lr"] = most[i];
        group.extras["min_lr"] = *group.initialLr / number("final_div_factor", 1e4);
    }
    m_base = rates();
    addWhole("total_steps", total);
    addPhases(share, total, flag("three_phase", false));
    addText("_anneal_func_type", anneal);
    const bool cycles = flag("cycle_momentum", true);
    addFlag("cycle_momentum", cycles);
    if (cycles)
        cycleMomentum(0.85, 0.95);
}

void StateMaker::plateau()
{
    knows({"mode", "factor", "patience", "threshold", "threshold_mode", "cooldown", "min_lr", "eps"});
    const std::string mode = text("mode", "min");
    const std::string thresholdMode = text("threshold_mode", "rel");
    const double factor = number("factor", 0.1);
    require(mode == "min" || mode == "max", "mode", "min or max");
    require(thresholdMode == "rel" || thresholdMode == "abs", "threshold_mode", "rel or abs");
    require(factor < 1, "factor", "less than 1");
    const double worst = std::numeric_limits<double>::infinity() * (mode == "max" ? -1 : 1);
    addNumber("factor", factor);
    add("min_lrs", addNumbers(m_tree, perGroup("min_lr", {0})));
    addWhole("patience", whole("patience", 10));
    addWhole("cooldown", whole("cooldown", 0));
    addWhole("cooldown_counter", 0);
    addText("mode", mode);
    addNumber("threshold", number("threshold", 1e-4));
    addText("threshold_mode", thresholdMode);
    addNumber("eps", number("eps", 1e-8));
    addNumber("mode_worse", worst);
    addNumber("best", worst);
    addWhole("num_bad_epochs", 0);
}

void StateMaker::swa()
{
    knows({"swa_lr", "anneal_epochs", "anneal_strategy"});
    needs("swa_lr");
    const auto length = whole("anneal_epochs", 10);
    require(length >= 0, "anneal_epochs", "0 or more");
    const std::string anneal = text("anneal_strategy", "cos");
    require(anneal == "cos" || anneal == "linear", "anneal_strategy", "cos or linear");
    const auto rate = perGroup("swa_lr", {});
    for (std::size_t i = 0; i < m_state.groups.size(); ++i)
        m_state.groups[i].extras["swa_lr"] = rate[i];
    addWhole("anneal_epochs", length);
    addText("_anneal_strategy", anneal);
}

void StateMaker::addBase(const std::vector<double> &baseRates)
{
    addWhole("last_epoch", -1);
    if (m_state.className != "ReduceLROnPlateau") {
        add("base_lrs", addNumbers(m_tree, baseRates));
        addWhole("_step_count", m_state.waiting && m_state.className != "CosineAnnealingWarmRestarts" ? 1 : 0);
        addFlag("_get_lr_called_within_step", false);
    }
    add("_last_lr", addNumbers(m_tree, baseRates));
}

Result<ValueId> StateMaker::make()
{
    using Make = void (StateMaker::*)();
    static const std::map<std::string_view, Make> kMakers{
        {"StepLR", &StateMaker::step},
        {"MultiStepLR", &StateMaker::multiStep},
        {"ConstantLR", &StateMaker::constant},
        {"LinearLR", &StateMaker::linear},
        {"ExponentialLR", &StateMaker::exponential},
        {"PolynomialLR", &StateMaker::polynomial},
        {"CosineAnnealingLR", &StateMaker::cosine},
        {"CosineAnnealingWarmRestarts", &StateMaker::warmRestarts},
        {"CyclicLR", &StateMaker::cyclic},
        {"OneCycleLR", &StateMaker::oneCycle},
        {"ReduceLROnPlateau", &StateMaker::plateau},
        {"SWALR", &StateMaker::swa},
    };
    m_base = rates();
    const auto maker = kMakers.find(m_state.className);
    if (maker == kMakers.end())
        return Error{ErrorCode::BadArgument, m_state.className + " cannot be made anew"};
    (this->*maker->second)();
    if (m_error)
        return *m_error;
    addBase(m_base);
    return m_tree.addContainer(ValueKind::Dict, m_pairs);
}

}  // namespace

Result<ValueId> addNewState(ValueTree &tree, NewScheduleState &state) { return StateMaker(tree, state).make(); }

ValueId addSequentialState(ValueTree &tree, std::span<const ValueId> parts, std::span<const std::int64_t> milestones)
{
    std::vector<ValueId> ends;
    for (const std::int64_t milestone : milestones)
        ends.push_back(tree.addInt(milestone));
    std::vector<ValueId> pairs{tree.addStr("_milestones"), tree.addContainer(ValueKind::List, ends),
                               tree.addStr("last_epoch"),  tree.addInt(-1),
                               tree.addStr("_schedulers"), tree.addContainer(ValueKind::List, parts)};
    return tree.addContainer(ValueKind::Dict, pairs);
}

}  // namespace waypoint

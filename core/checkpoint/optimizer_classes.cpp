// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/fields.h"
#include "core/checkpoint/optimizer_view.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace waypoint {

namespace {

constexpr std::string_view kAdamOrAdamW = "Adam and AdamW write the same keys here; presumed from ";

/// The keys of the first group and of the first parameter that has a state.
struct Evidence
{
    Value group;
    Fields groupKeys;
    Fields stateKeys;

    [[nodiscard]] bool group_(std::initializer_list<std::string_view> keys) const { return groupKeys.hasAll(keys); }
    [[nodiscard]] bool state_(std::initializer_list<std::string_view> keys) const { return stateKeys.hasAll(keys); }
};

OptimizerClass certain(std::string_view name) { return {std::string(name), Certainty::Certain, {}}; }

OptimizerClass likely(std::string_view name, std::string note)
{
    return {std::string(name), Certainty::Likely, std::move(note)};
}

/// The last part of "torch.optim.adam.Adam".
std::string_view lastName(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

/// State of the first parameter that has one.
Value firstState(Value state)
{
    for (std::size_t i = 0; i < std::min<std::size_t>(state.count(), 1000); ++i)
        if (const bool object = state.at(i).is(ValueKind::Object); object || state.at(i).count() > 0)
            return state.at(i);
    return {};
}

struct Known
{
    std::initializer_list<std::string_view> group;
    std::initializer_list<std::string_view> state;
    std::string_view name;
};

/// Classes with keys of their own; asked in this order. Keys as the constructors of the named classes put them into
/// `defaults`: torch.optim first, then what widely used libraries add.
std::optional<OptimizerClass> ownKeys(const Evidence &seen)
{
    static const std::array<Known, 31> kKnown{{
        {{"history_size", "tolerance_grad"}, {}, "LBFGS"},
        {{"ns_coefficients"}, {}, "Muon"},
        {{"ns_steps", "momentum"}, {}, "Muon"},
        {{"beta2_decay"}, {}, "Adafactor"},
        {{"scale_parameter", "relative_step"}, {}, "Adafactor"},
        {{"initial_accumulator_value"}, {}, "Adagrad"},
        {{"lr_decay"}, {"sum"}, "Adagrad"},
        {{"etas", "step_sizes"}, {}, "Rprop"},
        {{"lambd", "t0"}, {}, "ASGD"},
        {{"alpha", "centered", "decoupled_decay"}, {}, "RMSpropTF"},
        {{"alpha", "centered"}, {}, "RMSprop"},
        {{"trust_coefficient"}, {}, "LARS"},
        {{"dampening", "nesterov", "wd_ratio"}, {}, "SGDP"},
        {{"dampening", "nesterov"}, {}, "SGD"},
        {{"momentum_decay"}, {}, "NAdam"},
        {{"rho", "eps"}, {"square_avg"}, "Adadelta"},
        {{"betas", "rho"}, {"hessian"}, "SophiaG"},
        {{"betas", "wd_ratio"}, {}, "AdamP"},
        {{"betas", "final_lr"}, {}, "AdaBound"},
        {{"betas", "d_coef"}, {}, "Prodigy"},
        {{"betas", "weight_decouple"}, {"exp_avg_var"}, "AdaBelief"},
        {{"betas", "N_sma_threshhold"}, {}, "Ranger"},
        {{"betas", "grad_averaging", "max_grad_norm"}, {}, "Lamb"},
        {{"betas"}, {"exp_inf"}, "Adamax"},
        {{"b1", "b2", "t_total"}, {}, "BertAdam"},
        {{"betas", "correct_bias"}, {}, "AdamW"},
        {{"betas", "bias_correction", "amsgrad"}, {}, "DeepSpeedCPUAdam"},
        {{"betas", "bias_correction"}, {}, "FusedAdam"},
        {{"betas", "mu_product"}, {}, "NAdam"},
        {{"rho", "eps", "weight_decay"}, {}, "Adadelta"},
        {{"betas"}, {"state1", "qmap1"}, "AdamW8bit"},
    }};
    for (const Known &known : kKnown)
        if (seen.group_(known.group) && seen.state_(known.state))
            return certain(known.name);
    return std::nullopt;
}

double weightDecay(const Evidence &seen) { return seen.groupKeys["weight_decay"].number().value_or(0); }

/// Adam and AdamW have the same hyper-parameters; what tells them apart changed with the versions of PyTorch.
OptimizerClass adamOrAdamW(const Evidence &seen)
{
    // 2.7 and later say it.
    if (const auto decoupled = seen.groupKeys["decoupled_weight_decay"].integer())
        return certain(*decoupled != 0 ? "AdamW" : "Adam");
    if (!seen.group_({"foreach", "maximize"})) {
        // 1.11 and older: only the default of weight_decay differs.
        constexpr double kDefaultOfAdamW = 0.01;
        const bool adamW = weightDecay(seen) == kDefaultOfAdamW;
        return likely(adamW ? "AdamW" : "Adam", std::string(kAdamOrAdamW) + "the weight decay");
    }
    // 1.12 to 2.6: AdamW's constructor names foreach before maximize, Adam's after it. An AdamW that was
    // loaded from an older file got them in Adam's order.
    if (positionOfKey(seen.group, "foreach") < positionOfKey(seen.group, "maximize"))
        return certain("AdamW");
    return likely("Adam", std::string(kAdamOrAdamW) + "the order of the keys");
}

/// What remains with `betas`.
OptimizerClass adamFamily(const Evidence &seen)
{
    if (seen.groupKeys.has("amsgrad"))
        return adamOrAdamW(seen);
    if (!seen.groupKeys.has("eps"))
        return likely("Lion", "Recognised by betas without eps");
    if (!seen.groupKeys.has("weight_decay"))
        return certain("SparseAdam");
    const bool started = !seen.stateKeys.empty();
    if (seen.state_({"exp_avg", "exp_avg_sq"}) || seen.groupKeys.has("decoupled_weight_decay"))
        return certain("RAdam");
    if (!started && seen.group_({"foreach"}) && !seen.groupKeys.has("maximize"))
        return certain("RAdam");
    if (!started)
        return likely(seen.groupKeys.has("maximize") ? "Adamax" : "RAdam",
                      "Adamax and RAdam write the same keys before the first step");
    return {{}, Certainty::Likely, "An optimizer of Adam's family that is none of PyTorch's own"};
}

OptimizerClass momentumFamily(const Evidence &seen)
{
    if (seen.state_({"momentum_buffer"}) && seen.groupKeys.has("momentum"))
        return likely("SGD", "Recognised by momentum_buffer; the groups lack keys of torch.optim.SGD");
    return {{}, Certainty::Likely, "An optimizer that is none of PyTorch's own"};
}

/// Mosaic's Composer writes optimizers{"<class>": ...}; fastai's keys say only what it keeps.
std::optional<OptimizerClass> classFromLabel(std::string_view label)
{
    constexpr std::array<std::string_view, 15> kNames{"Adam",   "AdamW", "SGD",        "RMSprop",   "Adagrad",
                                                      "Adamax", "NAdam", "RAdam",      "Adadelta",  "ASGD",
                                                      "Rprop",  "LBFGS", "SparseAdam", "Adafactor", "Lion"};
    for (const std::string_view name : kNames)
        if (label == name || (label.starts_with("Decoupled") && label.substr(9).starts_with(name)))
            return certain(label);
    return std::nullopt;
}

OptimizerClass fastaiClass(const OptimizerView &view)
{
    const Fields keys(firstState(view.state));
    if (keys.hasAll({"grad_avg", "sqr_avg"}))
        return likely("Adam", "fastai's optimizer; Adam, RAdam and Lamb keep the same averages");
    if (keys.has("sqr_avg"))
        return likely("RMSProp", "fastai's optimizer; recognised by its averages");
    return likely("SGD", "fastai's optimizer; recognised by its averages");
}

OptimizerClass stateOnlyClass(const OptimizerView &view)
{
    const Fields keys(firstState(view.state));
    std::string_view name = keys.has("square_avg") ? "RMSprop" : "SGD";
    if (keys.has("exp_avg"))
        name = keys.has("exp_inf") ? "Adamax" : "Adam";
    return likely(name, "Its param_groups are not in the file; presumed from its state");
}

/// The keys of a flattened state_dict: what stands after the last dot.
OptimizerClass flatClass(const OptimizerView &view)
{
    bool foreachFirst = false;
    bool maximizeSeen = false;
    bool adam = false;
    bool momentum = false;
    for (std::size_t i = 0; i < view.state.count(); ++i) {
        const std::string_view key = lastName(view.state.key(i).text());
        foreachFirst = foreachFirst || (key == "foreach" && !maximizeSeen);
        maximizeSeen = maximizeSeen || key == "maximize";
        adam = adam || key == "exp_avg_sq";
        momentum = momentum || key == "momentum_buffer";
    }
    if (adam)
        return likely(foreachFirst && maximizeSeen ? "AdamW" : "Adam",
                      std::string(kAdamOrAdamW) + "the order of the keys");
    return momentum ? likely("SGD", "Recognised by momentum_buffer") : OptimizerClass{{}, Certainty::Likely, {}};
}

}  // namespace

OptimizerClass optimizerClass(const OptimizerView &view, Value value, std::string_view label)
{
    if (view.kind == OptimizerView::Kind::Pickled)
        if (const std::string_view name = lastName(value.className()); !name.empty())
            return certain(name);
    if (view.kind == OptimizerView::Kind::Fastai)
        return fastaiClass(view);
    if (view.kind == OptimizerView::Kind::Flat)
        return flatClass(view);
    if (view.kind == OptimizerView::Kind::Zero)
        return {{}, Certainty::Certain, "One rank's share of a DeepSpeed ZeRO optimizer"};
    if (auto named = classFromLabel(label))
        return *named;
    if (view.kind == OptimizerView::Kind::StateOnly)
        return stateOnlyClass(view);
    const bool cpp = view.kind == OptimizerView::Kind::Cpp;
    const Value group = cpp ? view.groups.front()["options"] : view.groups.front();
    const Evidence seen{group, Fields(group), Fields(firstState(view.state))};
    if (auto own = ownKeys(seen))
        return *own;
    return seen.groupKeys.has("betas") ? adamFamily(seen) : momentumFamily(seen);
}

}  // namespace waypoint

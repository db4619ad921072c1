// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/scheduler_classes.h"

#include "core/checkpoint/role_words.h"

#include <algorithm>
#include <array>
#include <vector>

namespace waypoint {

namespace {

using Keys = std::vector<std::string_view>;

/// What torch.optim.lr_scheduler.LRScheduler itself keeps, in one version or another.
bool isBaseKey(std::string_view key)
{
    constexpr std::array<std::string_view, 8> kBase{
        "base_lrs", "last_epoch",  "verbose",       "_step_count",
        "_last_lr", "_is_initial", "_initial_step", "_get_lr_called_within_step"};
    return std::find(kBase.begin(), kBase.end(), key) != kBase.end();
}

/// mmengine/optim/scheduler/param_scheduler.py
bool isMmengineKey(std::string_view key)
{
    constexpr std::array<std::string_view, 10> kBase{"param_name",  "by_epoch",     "begin",       "end",
                                                     "base_values", "_global_step", "_last_value", "last_step",
                                                     "verbose",     "eta_min_ratio"};
    return std::find(kBase.begin(), kBase.end(), key) != kBase.end();
}

struct Rule
{
    std::initializer_list<std::string_view> keys;  ///< all of them
    std::string_view name;
    std::initializer_list<std::string_view> others;  ///< further keys the class writes
};

/// In the order in which they are asked; the state_dicts of PyTorch 1.1 to 2.9. `others` completes the class, so that
/// a class derived from it is not taken for it.
const std::array<Rule, 16> kRules{{
    {{"max_lrs", "step_ratio"},
     "CyclicLR",
     {"total_size", "mode", "gamma", "scale_mode", "cycle_momentum", "_scale_fn_custom", "_scale_fn_ref",
      "base_momentums", "max_momentums", "use_beta1"}},
    {{"total_steps", "_schedule_phases"},
     "OneCycleLR",
     {"cycle_momentum", "use_beta1", "anneal_func", "_anneal_func_type"}},
    {{"total_steps", "step_size_up"}, "OneCycleLR", {"step_size_down", "cycle_momentum", "use_beta1", "anneal_func"}},
    {{"T_0", "T_i", "T_mult"}, "CosineAnnealingWarmRestarts", {"eta_min", "T_cur"}},
    {{"T_max", "multiplier", "warmup_epoch"}, "WarmupCosineLR", {"eta_min"}},
    {{"T_max"}, "CosineAnnealingLR", {"eta_min"}},
    {{"anneal_epochs"}, "SWALR", {"anneal_func", "_anneal_strategy", "swa_lrs"}},
    {{"start_factor"}, "LinearLR", {"end_factor", "total_iters"}},
    {{"power", "total_iters"}, "PolynomialLR", {"eta_min"}},
    {{"factor", "total_iters"}, "ConstantLR", {}},
    {{"milestones", "warmup_factor", "warmup_iters"}, "WarmupMultiStepLR", {"gamma", "warmup_method"}},
    {{"max_iters", "warmup_factor", "warmup_iters"}, "WarmupCosineLR", {"warmup_method"}},
    {{"milestones"}, "MultiStepLR", {"gamma"}},
    {{"multiplier", "total_epoch"}, "GradualWarmupScheduler", {"after_scheduler", "finished"}},
    {{"warmup_epochs", "max_epochs"}, "LinearWarmupCosineAnnealingLR", {"warmup_start_lr", "eta_min"}},
    {{"step_size"}, "StepLR", {"gamma"}},
}};

std::string listed(const Keys &keys)
{
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(keys.size(), 6); ++i)
        text += (i == 0 ? "" : ", ") + std::string(keys[i]);
    return keys.size() > 6 ? text + ", ..." : text;
}

bool has(const Keys &keys, std::string_view key) { return std::find(keys.begin(), keys.end(), key) != keys.end(); }

SchedulerClass byOwnKeys(const Keys &own)
{
    const auto hasKey = [&](std::string_view key) { return has(own, key); };
    for (const Rule &rule : kRules) {
        if (!std::all_of(rule.keys.begin(), rule.keys.end(), hasKey))
            continue;
        Keys extra;
        for (const std::string_view key : own)
            if (std::find(rule.keys.begin(), rule.keys.end(), key) == rule.keys.end()
                && std::find(rule.others.begin(), rule.others.end(), key) == rule.others.end())
                extra.push_back(key);
        if (extra.empty())
            return {std::string(rule.name), Certainty::Certain, {}};
        return {std::string(rule.name), Certainty::Likely, "It also has keys of its own: " + listed(extra)};
    }
    if (own == Keys{"gamma"})
        return {"ExponentialLR", Certainty::Certain, {}};
    if (own.empty())
        return {{}, Certainty::Likely, "A scheduler without settings in the file: its curve is in code"};
    return {{}, Certainty::Likely, "A scheduler that is none of PyTorch's own; its keys: " + listed(own)};
}

SchedulerClass timmClass(const Fields &fields)
{
    constexpr std::string_view kNote = "timm computes the rate from the epoch when it resumes";
    std::string_view name;
    if (fields.hasAny({"plateau_mode", "lr_scheduler"}))
        name = "PlateauLRScheduler";
    else if (fields.hasAny({"lb", "ub"}))
        name = "TanhLRScheduler";
    else if (fields.has("decay_milestones") || fields.has("decay_t_list"))
        name = "MultiStepLRScheduler";
    else if (fields.has("decay_t"))
        name = fields["decay_t"].is(ValueKind::List) ? "MultiStepLRScheduler" : "StepLRScheduler";
    else if (fields.has("power"))
        name = "PolyLRScheduler";
    else if (fields.has("cycle_decay") || fields.has("t_initial"))
        name = "CosineLRScheduler";
    return {std::string(name), name.empty() ? Certainty::Likely : Certainty::Certain, std::string(kNote)};
}

SchedulerClass mmengineClass(const Fields &fields)
{
    Keys own;
    for (const std::string_view key : fields.keys())
        if (!isMmengineKey(key))
            own.push_back(key);
    SchedulerClass result = byOwnKeys(own);
    if (result.name == "PolynomialLR")
        result.name = "PolyLR";
    const std::string param(fields["param_name"].text());
    if (!param.empty() && param != "lr")
        result.note = "It schedules " + param + ", not the learning rate";
    return result;
}

bool saysScheduler(std::string_view path)
{
    const auto words = wordsOf(path);
    return std::any_of(words.begin(), words.end(), [](const std::string &word) { return word.starts_with("sched"); });
}

/// Frameworks that keep next to nothing, since the curve is in their configuration.
std::optional<SchedulerClass> scantClass(const Fields &fields, std::string_view path)
{
    if (fields.size() == 2 && fields.hasAll({"base_lrs", "last_epoch"}))
        return SchedulerClass{"LRMultiplier", Certainty::Certain,
                              "Its curve is in the configuration, not in this file"};
    if (fields.size() != 1)
        return std::nullopt;
    if (fields.has("last_batch_iteration"))
        return SchedulerClass{{}, Certainty::Certain, "A scheduler of DeepSpeed; its curve is in ds_config"};
    if (saysScheduler(path) && fields.hasAny({"last_epoch", "best"}))
        return SchedulerClass{{}, Certainty::Likely, "Its curve is in the configuration, not in this file"};
    return std::nullopt;
}

/// torch.optim.lr_scheduler by its own keys.
std::optional<SchedulerClass> torchClass(const Fields &fields)
{
    if (fields.has("_schedulers") && fields["_schedulers"].is(ValueKind::List)) {
        const bool sequential = fields.has("_milestones");
        return SchedulerClass{sequential ? "SequentialLR" : "ChainedScheduler", Certainty::Certain, {}};
    }
    if (!fields.has("last_epoch"))
        return std::nullopt;
    if (fields.hasAll({"num_bad_epochs", "patience"}))
        return SchedulerClass{"ReduceLROnPlateau", Certainty::Certain, {}};
    if (fields.has("lr_lambdas"))
        return SchedulerClass{
            "LambdaLR", Certainty::Likely,
            "LambdaLR and MultiplicativeLR write the same keys; the function itself is not in the file"};
    // One of the base's own keys beside last_epoch: a record of settings may well have a last_epoch.
    if (!fields.hasAny({"base_lrs", "_last_lr", "_step_count"}))
        return std::nullopt;
    Keys own;
    for (const std::string_view key : fields.keys())
        if (!isBaseKey(key))
            own.push_back(key);
    return byOwnKeys(own);
}

/// A scheduler that was pickled as an object.
std::optional<SchedulerClass> pickledClass(Value value, const Fields &fields)
{
    const std::string_view name = value.className();
    const bool torchs = name.starts_with("torch.optim.lr_scheduler.");
    const bool like = name.find("sched") != std::string_view::npos || name.find("Sched") != std::string_view::npos;
    if (!torchs && !(like && fields.hasAny({"last_epoch", "_last_lr", "optimizer"})))
        return std::nullopt;
    return SchedulerClass{std::string(name.substr(name.rfind('.') + 1)), Certainty::Certain,
                          "Saved as a whole object, not as a state_dict"};
}

}  // namespace

std::optional<SchedulerClass> schedulerClass(Value value, const Fields &fields, std::string_view path)
{
    if (value.is(ValueKind::Object))
        return pickledClass(value, fields);
    if (fields.hasAll({"param_name", "by_epoch", "begin"}) || fields.hasAll({"base_values", "param_name"}))
        return mmengineClass(fields);
    if (fields.hasAll({"param_group_field", "t_in_epochs"}) || fields.hasAll({"param_group_field", "noise_range_t"}))
        return timmClass(fields);
    if (auto scant = scantClass(fields, path))
        return scant;
    return torchClass(fields);
}

}  // namespace waypoint

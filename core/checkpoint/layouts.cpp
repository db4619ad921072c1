// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/layouts.h"

#include "core/checkpoint/fields.h"
#include "core/checkpoint/value_roles.h"

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

/// Enough keys of a state_dict to know its style.
constexpr std::size_t kLookedAt = 4000;

bool isLightning(const Fields &root)
{
    return root.has("pytorch-lightning_version")
           || (root.hasAll({"state_dict", "global_step", "epoch"}) && root.hasAny({"optimizer_states", "lr_schedulers"})
               && root.hasAny({"callbacks", "loops", "hyper_parameters"}));
}

bool anyKeyStarts(Value dict, std::initializer_list<std::string_view> prefixes)
{
    for (std::size_t i = 0; dict.is(ValueKind::Dict) && i < std::min(dict.count(), kLookedAt); ++i)
        for (const std::string_view prefix : prefixes)
            if (dict.key(i).text().starts_with(prefix))
                return true;
    return false;
}

bool isStableDiffusion(Value root, const Fields &fields)
{
    const Value weights = fields.has("state_dict") ? fields["state_dict"] : root;
    return anyKeyStarts(weights, {"model.diffusion_model."})
           && anyKeyStarts(weights, {"first_stage_model.", "cond_stage_model.", "conditioner."});
}

bool isMmengine(const Fields &root)
{
    const Fields meta(root["meta"]);
    return root.has("state_dict")
           && (root.has("message_hub") || meta.hasAny({"mmengine_version", "mmcv_version", "mmdet_version"}));
}

bool isComposer(const Fields &root)
{
    const Fields state(root["state"]);
    return state.has("model") && state.hasAny({"timestamp", "rank_zero_seed", "run_name", "optimizers"})
           && (root.has("rng") || state.hasAny({"timestamp", "rank_zero_seed"}));
}

bool isFairseq(const Fields &root)
{
    return root.hasAll({"model", "optimizer_history"})
           || (root.hasAll({"model", "extra_state"}) && root.hasAny({"args", "cfg"}));
}

bool isDetectron2(const Fields &root)
{
    const Fields trainer(root["trainer"]);
    if (root.has("model") && trainer.hasAll({"iteration", "_trainer"}))
        return true;
    if (root.hasAll({"model", "__author__"}) || root.hasAll({"model", "matching_heuristics"}))
        return true;
    return root.size() <= 4 && root.hasAll({"model", "optimizer", "scheduler", "iteration"});
}

bool isUltralytics(const Fields &root)
{
    if (root.hasAll({"model", "ema", "updates", "optimizer"}))
        return true;
    return root.has("model") && root.hasAll({"best_fitness", "epoch"});
}

bool isTimm(const Fields &root)
{
    return root.hasAll({"epoch", "arch", "state_dict"})
           && (root.has("version") || root.hasAny({"state_dict_ema", "amp_scaler", "metric"}));
}

bool isImagenetExample(const Fields &root)
{
    return root.hasAll({"epoch", "arch", "state_dict", "optimizer"}) && root.hasAny({"best_acc1", "best_prec1"});
}

bool isFastai(const Fields &root)
{
    const Fields optimizer(root["opt"]);
    return root.size() == 2 && root.has("model") && optimizer.has("state")
           && optimizer.hasAny({"hypers", "param_groups"});
}

bool isIgnite(const Fields &root)
{
    const Fields trainer(root["trainer"]);
    if (trainer.hasAll({"epoch_length", "iteration"}) && trainer.hasAny({"max_epochs", "max_iters"}))
        return true;
    return Fields(root["checkpointer"]).hasAny({"_saved", "saved"});
}

bool isDeepspeed(const Fields &root)
{
    if (root.hasAll({"module", "ds_version"}) || root.hasAll({"module", "global_steps", "dp_world_size"}))
        return true;
    const Fields optimizer(root["optimizer_state_dict"]);
    return optimizer.has("zero_stage") || root.hasAll({"ds_version", "optimizer_state_dict"});
}

bool isAccelerateStates(const Fields &root)
{
    return root.hasAll({"random_state", "numpy_random_seed"}) && root.hasAny({"torch_manual_seed", "step"});
}

bool isPeft(Value root)
{
    if (!root.is(ValueKind::Dict) || root.count() == 0)
        return false;
    bool adapter = false;
    for (std::size_t i = 0; i < std::min(root.count(), kLookedAt); ++i) {
        const std::string_view key = root.key(i).text();
        if (!key.starts_with("base_model."))
            return false;
        adapter = adapter || key.find(".lora_") != std::string_view::npos
                  || key.find("prompt_") != std::string_view::npos
                  || key.find(".modules_to_save.") != std::string_view::npos;
    }
    return adapter;
}

bool isTorchtitan(const Fields &root)
{
    return root.has("train_state") && root.hasAny({"lr_scheduler", "dataloader", "optimizer"});
}

/// Member names of a folder or an archive, without the folders before them.
class Members
{
public:
    explicit Members(Value root)
    {
        for (std::size_t i = 0; root.is(ValueKind::Dict) && i < std::min(root.count(), kLookedAt); ++i)
            m_names.push_back(root.key(i).text());
        for (std::string_view &name : m_names)
            if (const std::size_t slash = name.rfind('/'); slash != std::string_view::npos)
                name.remove_prefix(slash + 1);
    }

    [[nodiscard]] bool has(std::string_view wanted) const
    {
        return std::find(m_names.begin(), m_names.end(), wanted) != m_names.end();
    }

    [[nodiscard]] bool any(std::string_view start, std::string_view end) const
    {
        return std::any_of(m_names.begin(), m_names.end(),
                           [&](std::string_view name) { return name.starts_with(start) && name.ends_with(end); });
    }

private:
    std::vector<std::string_view> m_names;
};

std::string layoutOfMembers(const Members &members)
{
    if (members.has("_stable_baselines3_version") || members.any("policy.optimizer", ".pth")
        || (members.has("policy.pth") && members.any("", "optimizer.pth")) || members.has("pytorch_variables.pth"))
        return "sb3";
    if (members.any("random_states_", ".pkl") || members.any("optimizer", ".bin")
        || members.any("custom_checkpoint_", ".pkl"))
        return "accelerate";
    if (members.any("", "_model_states.pt") || members.any("", "_optim_states.pt"))
        return "deepspeed";
    if (members.has("trainer_state.json") || members.has("training_args.bin")
        || (members.has("optimizer.pt") && (members.has("scheduler.pt") || members.any("rng_state", ".pth"))))
        return "hf-trainer";
    if (members.has("adapter_config.json") || members.any("adapter_model", ""))
        return "peft";
    return {};
}

std::string layoutOfKeys(Value root, const Fields &fields)
{
    struct Known
    {
        std::string_view name;
        bool (*is)(const Fields &);
    };
    // The more telling first: timm and ignite use names that others use too.
    constexpr std::array<Known, 12> kKnown{{{"lightning", isLightning},
                                            {"mmengine", isMmengine},
                                            {"composer", isComposer},
                                            {"fairseq", isFairseq},
                                            {"deepspeed", isDeepspeed},
                                            {"detectron2", isDetectron2},
                                            {"ultralytics", isUltralytics},
                                            {"imagenet-example", isImagenetExample},
                                            {"timm", isTimm},
                                            {"fastai", isFastai},
                                            {"ignite", isIgnite},
                                            {"accelerate", isAccelerateStates}}};
    for (const Known &known : kKnown)
        if (known.is(fields))
            return std::string(known.name);
    if (isStableDiffusion(root, fields))
        return "stable-diffusion";
    return isPeft(root) ? "peft" : "";
}

/// Where all members that have a layout have the same, the archive has it too.
std::string layoutOfContents(Value root)
{
    std::string common;
    for (std::size_t i = 0; root.is(ValueKind::Dict) && i < std::min<std::size_t>(root.count(), 200); ++i) {
        const std::string layout = layoutOfKeys(root.at(i), Fields(root.at(i)));
        if (!layout.empty() && !common.empty() && layout != common)
            return {};
        common = layout.empty() ? common : layout;
    }
    return common;
}

}  // namespace

std::string findLayout(const Checkpoint &checkpoint)
{
    if (checkpoint.entries.size() == 0)
        return {};
    const Value root = checkpoint.entries.value(kRootEntry);
    const Fields fields(root);
    if (checkpoint.format == Format::Archive) {
        if (std::string layout = layoutOfMembers(Members(root)); !layout.empty())
            return layout;
        return layoutOfContents(root);
    }
    if (checkpoint.format == Format::TorchDcp && isTorchtitan(fields))
        return "torchtitan";
    return layoutOfKeys(root, fields);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/headline.h"

#include "core/base/checked.h"
#include "core/checkpoint/model_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

constexpr std::string_view kBetween = " · ";

/// 138357544 -> "138,357,544", whatever the locale.
std::string grouped(std::uint64_t number)
{
    std::string text = std::to_string(number);
    for (std::size_t i = text.size(); i > 3; i -= 3)
        text.insert(i - 3, 1, ',');
    return text;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::vector<const Section *> withRole(const Checkpoint &checkpoint, Role role)
{
    std::vector<const Section *> found;
    for (const Section &section : checkpoint.sections)
        if (section.role == role)
            found.push_back(&section);
    return found;
}

std::string_view lastName(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

/// Names of classes, each once: "SGD", "Adam, SGD".
std::string classNames(const std::vector<const Section *> &sections, std::string_view unknown)
{
    std::vector<std::string> names;
    for (const Section *section : sections) {
        std::string name(section->className.empty() ? unknown : lastName(section->className));
        if (section->certainty == Certainty::Likely && (name == "Adam" || name == "AdamW"))
            name += " (presumed)";
        if (std::find(names.begin(), names.end(), name) == names.end() && names.size() < 4)
            names.push_back(std::move(name));
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

/// The epoch or step nearest to the root, as text; empty where it is no plain number.
std::string progress(const Checkpoint &checkpoint, Role role)
{
    const Section *best = nullptr;
    std::size_t bestDepth = 0;
    for (const Section *section : withRole(checkpoint, role)) {
        const std::size_t depth = checkpoint.entries.path(section->entry).size();
        // Ultralytics writes -1 when training is over.
        const bool plain = checkpoint.entries.value(section->entry).number().value_or(-1) >= 0;
        if (plain && (!best || depth < bestDepth)) {
            best = section;
            bestDepth = depth;
        }
    }
    if (!best)
        return {};
    const Value value = checkpoint.entries.value(best->entry);
    const auto whole = value.integer();
    return fmt::format("{} {}", roleName(role),
                       whole ? std::to_string(*whole) : fmt::format("{:.4g}", *value.number()));
}

std::vector<const Section *> models(const Checkpoint &checkpoint)
{
    for (const Role role : {Role::Model, Role::Module, Role::Ema})
        if (auto found = withRole(checkpoint, role); !found.empty())
            return found;
    return {};
}

std::string parametersText(const Checkpoint &checkpoint)
{
    std::uint64_t sum = 0;
    for (const Section *model : models(checkpoint))
        sum = checkedAdd(sum, parameterCount(checkpoint.entries.value(model->entry))).value_or(sum);
    return sum == 0 ? std::string() : counted(sum, "parameter", "parameters");
}

std::string_view formatWords(Format format)
{
    switch (format) {
    case Format::TorchScript:
        return "TorchScript archive";
    case Format::Safetensors:
    case Format::SafetensorsIndex:
        return "Safetensors";
    case Format::Archive:
        return "Archive";
    case Format::TorchDcp:
        return "Distributed checkpoint";
    case Format::TorchIndex:
        return "Sharded checkpoint";
    case Format::Pickle:
        return "Pickle";
    case Format::TorchZip:
    case Format::TorchLegacy:
    case Format::TorchTar:
        break;
    }
    return "PyTorch file";
}

/// Names as their owners write them.
std::string_view layoutWords(std::string_view layout)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kWords{{
        {"lightning", "Lightning"},
        {"hf-trainer", "Hugging Face Trainer"},
        {"mmengine", "MMEngine"},
        {"deepspeed", "DeepSpeed"},
        {"accelerate", "Accelerate"},
        {"composer", "Composer"},
        {"sb3", "Stable-Baselines3"},
        {"ultralytics", "Ultralytics"},
        {"detectron2", "Detectron2"},
    }};
    const auto *found = std::ranges::find(kWords, layout, [](const auto &word) { return word.first; });
    return found == kWords.end() ? layout : found->second;
}

/// A file that is no more than one thing.
std::string singleThing(const Section &section)
{
    switch (section.role) {
    case Role::Model:
        return "State dict";
    case Role::Ema:
        return "Averaged state dict";
    case Role::Module:
        return fmt::format("Whole module {}", lastName(section.className));
    case Role::Optimizer:
        return "Optimizer state";
    case Role::Scheduler:
        return "Scheduler state";
    case Role::Scaler:
        return "Gradient scaler state";
    case Role::Rng:
        return "Random state";
    case Role::Config:
        return "Settings";
    case Role::Curve:
        return "Curves";
    default:
        return {};
    }
}

std::string rootThing(const Checkpoint &checkpoint)
{
    for (const Section &section : checkpoint.sections)
        if (section.entry == kRootEntry)
            return singleThing(section);
    return {};
}

std::string kindOf(const Checkpoint &checkpoint)
{
    if (std::string root = rootThing(checkpoint); !root.empty())
        return root;
    const auto has = [&](Role role) { return !withRole(checkpoint, role).empty(); };
    if (has(Role::Optimizer) || has(Role::Scheduler)) {
        if (models(checkpoint).empty())
            return "Optimizer state";
        return checkpoint.layout.empty() ? "Training checkpoint"
                                         : fmt::format("{} checkpoint", layoutWords(checkpoint.layout));
    }
    const auto found = models(checkpoint);
    if (found.size() == 1)
        return found.front()->role == Role::Module   ? singleThing(*found.front())
               : has(Role::Epoch) || has(Role::Step) ? "Checkpoint"
                                                     : "Model weights";
    if (found.size() > 1)
        return fmt::format("{} models", found.size());
    return {};
}

std::string rootContents(const Checkpoint &checkpoint)
{
    const Value root = checkpoint.entries.size() == 0 ? Value() : checkpoint.entries.value(kRootEntry);
    if (root.is(ValueKind::Tensor))
        return "1 tensor";
    if (root.is(ValueKind::Object))
        return fmt::format("{} object", lastName(root.className()));
    const bool container =
        root.is(ValueKind::Dict) || root.is(ValueKind::List) || root.is(ValueKind::Tuple) || root.is(ValueKind::Set);
    return counted(container ? root.count() : 1, "value", "values");
}

}  // namespace

std::string headline(const Checkpoint &checkpoint)
{
    std::vector<std::string> parts{kindOf(checkpoint)};
    if (parts.front().empty())
        return fmt::format("{}{}{}", formatWords(checkpoint.format), kBetween, rootContents(checkpoint));
    const std::string epoch = progress(checkpoint, Role::Epoch);
    parts.push_back(epoch.empty() ? progress(checkpoint, Role::Step) : epoch);
    parts.push_back(classNames(withRole(checkpoint, Role::Optimizer), "optimizer"));
    parts.push_back(classNames(withRole(checkpoint, Role::Scheduler), "scheduler"));
    parts.push_back(parametersText(checkpoint));
    std::erase_if(parts, [](const std::string &part) { return part.empty(); });
    return fmt::format("{}", fmt::join(parts, kBetween));
}

}  // namespace waypoint

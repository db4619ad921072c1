// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/fields.h"
#include "core/training/optimizers/state_dict_reader.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

Error misfit(std::string text) { return Error{ErrorCode::BadArgument, std::move(text)}; }

std::string_view formName(OptimizerView::Kind kind)
{
    switch (kind) {
    case OptimizerView::Kind::Fastai:
        return "fastai's optimizer";
    case OptimizerView::Kind::Flat:
        return "a flattened optimizer, as torchtitan writes it";
    case OptimizerView::Kind::Cpp:
        return "an optimizer saved by C++ torch::save, which names its parameters by addresses in memory";
    case OptimizerView::Kind::StateOnly:
        return "an optimizer's state without its param_groups";
    case OptimizerView::Kind::Zero:
        return "one rank's share of a DeepSpeed ZeRO optimizer";
    case OptimizerView::Kind::Torch:
    case OptimizerView::Kind::Pickled:
        break;
    }
    return "an optimizer";
}

bool isPlainNumber(const SettingValue &value)
{
    return std::holds_alternative<bool>(value) || std::holds_alternative<std::int64_t>(value)
           || std::holds_alternative<double>(value);
}

/// Whether a file's value is of the kind that the class computes with.
bool fits(const SettingValue &value, const SettingValue &usual)
{
    if (std::holds_alternative<std::pair<double, double>>(usual))
        return std::holds_alternative<std::pair<double, double>>(value);
    if (isPlainNumber(usual))
        return isPlainNumber(value);
    return std::holds_alternative<std::monostate>(value) || std::holds_alternative<std::string>(value);
}

/// The lr is a float here, whatever it was (an int, a tensor).
SettingValue asUsed(std::string_view key, SettingValue value)
{
    if (const auto *integer = std::get_if<std::int64_t>(&value); integer && key == "lr")
        return static_cast<double>(*integer);
    return value;
}

}  // namespace

bool mayBeEither(std::string_view a, std::string_view b)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kPairs{
        {{"Adam", "AdamW"}, {"Adamax", "RAdam"}}};
    return std::any_of(kPairs.begin(), kPairs.end(), [&](const auto &pair) {
        return (a == pair.first && b == pair.second) || (a == pair.second && b == pair.first);
    });
}

Result<OptimizerView> loadableView(Value stateDict)
{
    const auto view = optimizerView(stateDict);
    if (!view)
        return misfit("This is no optimizer's state: it lacks state and param_groups");
    if (view->kind != OptimizerView::Kind::Torch && view->kind != OptimizerView::Kind::Pickled)
        return misfit(
            fmt::format("The file holds {}; only torch.optim's own state_dict can be continued", formName(view->kind)));
    return *view;
}

Result<std::string> checkClass(const OptimizerClass &saved, const OptimizerDefinition &definition)
{
    if (saved.name == definition.className)
        return saved.note;
    if (saved.name.empty())
        return misfit(
            fmt::format("The file's optimizer is of a class that is not known here; its state is not taken for {}'s",
                        definition.className));
    if (saved.certainty != Certainty::Certain && mayBeEither(saved.name, definition.className))
        return fmt::format("The file's optimizer could be {} or {}; it goes on as {}", saved.name, definition.className,
                           definition.className);
    return misfit(
        fmt::format("The file holds the state of {}, and the optimizer is {}: their states mean different things",
                    saved.name, definition.className));
}

std::optional<SettingValue> settingValue(Value value)
{
    switch (value.kind()) {
    case ValueKind::None:
        return SettingValue();
    case ValueKind::Bool:
        return SettingValue(value.integer() != 0);
    case ValueKind::Int:
        return SettingValue(*value.integer());
    case ValueKind::Float:
        return SettingValue(*value.number());
    case ValueKind::Str:
        return SettingValue(std::string(value.text()));
    case ValueKind::List:
    case ValueKind::Tuple: {
        if (value.count() != 2)
            return std::nullopt;
        const auto first = readNumber(value.at(0));
        const auto second = readNumber(value.at(1));
        return first && second ? std::optional<SettingValue>(std::pair(*first, *second)) : std::nullopt;
    }
    case ValueKind::Tensor: {
        const auto number = readNumber(value);
        return number ? std::optional<SettingValue>(*number) : std::nullopt;
    }
    default:
        return std::nullopt;
    }
}

Result<GroupSettings> readSettings(Value group, const OptimizerDefinition &definition,
                                   const std::function<ValueId(Value)> &keep)
{
    GroupSettings settings = definition.defaults;
    for (std::size_t i = 0; i < group.count(); ++i) {
        const std::string key(group.key(i).text());
        if (key.empty() || key == "params" || key == "param_names" || isExecutionSetting(key)
            || (key == "decoupled_weight_decay" && definition.className.starts_with("Adam")))
            continue;
        const auto value = settingValue(group.at(i));
        const SettingValue *const usual = definition.defaults.find(key);
        if (!usual) {
            // What a scheduler put there is a number; anything else is written back as it came.
            const bool plain = value && (isPlainNumber(*value) || std::holds_alternative<std::string>(*value));
            settings.set(key, plain ? *value : SettingValue(keep(group.at(i))));
        } else if (value && fits(*value, *usual)) {
            settings.set(key, asUsed(key, *value));
        } else if (group.at(i).kind() != ValueKind::None) {
            return misfit(
                fmt::format("{} of the file's {} is not what the class computes with", key, definition.className));
        }
    }
    return settings;
}

}  // namespace waypoint

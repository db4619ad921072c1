// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/pickled_plan.h"

#include "core/pickle/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace waypoint {

namespace {

constexpr std::size_t kDeepest = 64;
constexpr std::size_t kMostLayers = 100'000;
constexpr std::string_view kLayers = "torch.nn.modules.";

/// What every torch.nn.Module has, whatever it does.
bool isOfModule(std::string_view attribute)
{
    constexpr std::array<std::string_view, 8> kBase{"training",
                                                    "_parameters",
                                                    "_buffers",
                                                    "_modules",
                                                    "_non_persistent_buffers_set",
                                                    "_is_full_backward_hook",
                                                    "_compiled_call_impl",
                                                    "_backend"};
    return std::ranges::find(kBase, attribute) != kBase.end();
}

bool isHooks(std::string_view attribute)
{
    return attribute.starts_with('_') && attribute.find("_hooks") != std::string_view::npos;
}

Value stateOf(Value module) { return module.is(ValueKind::Object) ? module.wrap(module.object().state) : Value(); }

bool hasHooks(Value module)
{
    const Value state = stateOf(module);
    for (std::size_t i = 0; i < state.count(); ++i)
        if (isHooks(state.key(i).text()) && state.at(i).count() > 0)
            return true;
    return false;
}

/// A whole class of torchvision: its children in the order in which forward() runs them, and attributes that only
/// matter while it is made.
struct KnownClass
{
    std::string_view name;
    std::string_view type;
    std::vector<std::string_view> children;
    std::string_view flattenBefore;
    std::vector<std::string_view> attributes;
};

const KnownClass *knownClass(std::string_view name)
{
    static const std::vector<KnownClass> all{
        {"torch.nn.modules.container.Sequential", "Sequential", {}, {}, {}},
        {"torchvision.models.vgg.VGG", "Sequential", {"features", "avgpool", "classifier"}, "classifier", {}},
        {"torchvision.models.alexnet.AlexNet", "Sequential", {"features", "avgpool", "classifier"}, "classifier", {}},
        {"torchvision.models.resnet.ResNet",
         "Sequential",
         {"conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool", "fc"},
         "fc",
         {"_norm_layer", "inplanes", "dilation", "groups", "base_width"}},
        {"torchvision.models.resnet.BasicBlock",
         "BasicBlock",
         {"conv1", "bn1", "relu", "conv2", "bn2", "downsample"},
         {},
         {"stride", "downsample"}},
        {"torchvision.models.resnet.Bottleneck",
         "Bottleneck",
         {"conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "relu", "downsample"},
         {},
         {"stride", "downsample"}},
    };
    const auto found = std::ranges::find(all, name, &KnownClass::name);
    return found == all.end() ? nullptr : &*found;
}

std::optional<Setting> settingFromItems(Value list)
{
    std::vector<std::int64_t> integers;
    std::vector<double> numbers;
    for (std::size_t i = 0; i < list.count(); ++i) {
        const auto number = list.at(i).number();
        if (!number)
            return std::nullopt;
        numbers.push_back(*number);
        if (const auto integer = list.at(i).integer())
            integers.push_back(*integer);
    }
    if (integers.size() == numbers.size())
        return integers;
    return numbers;
}

std::optional<Setting> settingFrom(Value value)
{
    switch (value.kind()) {
    case ValueKind::None:
        return std::monostate();
    case ValueKind::Bool:
        return value.integer() != 0;
    case ValueKind::Int:
        return *value.integer();
    case ValueKind::Float:
        return *value.number();
    case ValueKind::Str:
        return std::string(value.text());
    case ValueKind::List:
    case ValueKind::Tuple:
        return settingFromItems(value);
    default:
        return std::nullopt;
    }
}

bool holdsTensor(Value dict, std::string_view name) { return dict[name].is(ValueKind::Tensor); }

class Planner
{
public:
    Result<LayerPlan> plan(Value module, const std::string &path, std::size_t depth)
    {
        const std::string_view name = module.className();
        if (depth > kDeepest || ++m_layers > kMostLayers)
            return refused(path, "it is nested too deeply");
        if (hasHooks(module))
            return refused(path, fmt::format("{} has hooks, which are Python code", name));
        if (module["_non_persistent_buffers_set"].count() > 0)
            return refused(path, fmt::format("{} has buffers that are not saved", name));
        LayerPlan plan;
        plan.identity = module.id().index + 1;
        if (const KnownClass *known = knownClass(name))
            return container(*known, module, path, depth, std::move(plan));
        if (!name.starts_with(kLayers) || module["_modules"].count() > 0)
            return refused(path, fmt::format("what a {} computes is Python code, and not in the file", name));
        plan.type = name.substr(name.rfind('.') + 1);
        return layer(module, std::move(plan));
    }

private:
    static Error refused(const std::string &path, const std::string &reason)
    {
        return {.code = ErrorCode::Unsupported,
                .detail = path.empty() ? reason : fmt::format("layer {}: {}", path, reason)};
    }

    /// Children must be those that the class's own code runs; `downsample` may be missing.
    static bool hasChildren(const KnownClass &known, Value children)
    {
        if (known.children.empty())
            return true;
        std::size_t at = 0;
        for (const std::string_view name : known.children) {
            if (at < children.count() && children.key(at).text() == name)
                ++at;
            else if (name != "downsample")
                return false;
        }
        return at == children.count();
    }

    Result<LayerPlan> container(const KnownClass &known, Value module, const std::string &path, std::size_t depth,
                                LayerPlan plan)
    {
        const Value children = module["_modules"];
        if (auto odd = oddAttribute(module, known))
            return refused(path, fmt::format("{} has an attribute {} that its class does not have", known.name, *odd));
        if (!hasChildren(known, children) || hasTensors(module))
            return refused(path, fmt::format("{} has other layers than its class makes", known.name));
        plan.type = known.type;
        for (std::size_t i = 0; i < children.count(); ++i) {
            const std::string name(children.key(i).text());
            auto child = this->plan(children.at(i), path.empty() ? name : path + '.' + name, depth + 1);
            if (!child)
                return child.error();
            child->name = name;
            if (!known.flattenBefore.empty() && name == known.flattenBefore)
                plan.children.push_back({.type = "Flatten"});
            plan.children.push_back(std::move(*child));
        }
        return plan;
    }

    static bool hasTensors(Value module) { return module["_parameters"].count() > 0 || module["_buffers"].count() > 0; }

    static std::optional<std::string> oddAttribute(Value module, const KnownClass &known)
    {
        const Value state = stateOf(module);
        for (std::size_t i = 0; i < state.count(); ++i) {
            const std::string_view name = state.key(i).text();
            if (!isOfModule(name) && !isHooks(name)
                && std::ranges::find(known.attributes, name) == known.attributes.end())
                return std::string(name);
        }
        return std::nullopt;
    }

    static LayerPlan layer(Value module, LayerPlan plan)
    {
        const Value state = stateOf(module);
        for (std::size_t i = 0; i < state.count(); ++i) {
            const std::string_view name = state.key(i).text();
            if (isOfModule(name) || isHooks(name))
                continue;
            // What is no plain setting stays as text, which no layer obeys.
            auto setting = settingFrom(state.at(i)).value_or(Setting(pythonText(state.at(i))));
            plan.settings.insert_or_assign(std::string(name), std::move(setting));
        }
        // Whether a bias (a norm's weight, running statistics) is there is told by the tensors themselves.
        plan.settings["weight"] = holdsTensor(module["_parameters"], "weight");
        plan.settings["bias"] = holdsTensor(module["_parameters"], "bias");
        plan.settings["running_mean"] = holdsTensor(module["_buffers"], "running_mean");
        return plan;
    }

    std::size_t m_layers = 0;
};

/// Depth of the recursion: kDeepest.
std::optional<std::string> findHooks(Value module, const std::string &path, std::size_t depth)
{
    if (hasHooks(module))
        return path;
    const Value children = module["_modules"];
    for (std::size_t i = 0; depth < kDeepest && i < children.count(); ++i) {
        const std::string name(children.key(i).text());
        if (auto found = findHooks(children.at(i), path.empty() ? name : path + '.' + name, depth + 1))
            return found;
    }
    return std::nullopt;
}

}  // namespace

Value unwrapped(Value module)
{
    for (std::size_t depth = 0; depth < kDeepest; ++depth) {
        const std::string_view name = module.className();
        const bool parallel = name.starts_with("torch.nn.parallel.") && name.ends_with("DataParallel");
        const bool compiled = name.starts_with("torch._dynamo.") && name.ends_with(".OptimizedModule");
        const Value inner = module["_modules"][parallel ? "module" : "_orig_mod"];
        if ((!parallel && !compiled) || !inner.isValid())
            break;
        module = inner;
    }
    return module;
}

Result<LayerPlan> planOfModule(Value module) { return Planner().plan(module, {}, 0); }

std::optional<std::string> moduleWithHooks(Value module) { return findHooks(module, {}, 0); }

}  // namespace waypoint

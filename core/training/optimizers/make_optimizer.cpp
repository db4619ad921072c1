// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/update_rule.h"

#include <fmt/format.h>

#include <cmath>

namespace waypoint {

namespace {

class RuleOptimizer final : public Optimizer
{
public:
    RuleOptimizer(const OptimizerDefinition &definition, std::vector<ParameterGroup> groups,
                  const GroupSettings &settings)
        : Optimizer(definition, std::move(groups), settings)
    {
        startAccumulators();
    }

    using Optimizer::step;
    void step() override
    {
        // Autograd has no part in a step; asking it costs a third of the time of a small model's.
        const at::NoGradGuard noGrad;
        const at::AutoDispatchBelowADInplaceOrView belowAutograd;
        for (Group &group : m_groups)
            m_definition.step(m_definition, group.settings, group.content.parameters, group.states);
    }

private:
    /// Python's Adagrad has its state from the beginning and does not step without it.
    void startAccumulators()
    {
        if (m_definition.className != "Adagrad")
            return;
        const at::NoGradGuard noGrad;
        for (Group &group : m_groups)
            for (std::size_t i = 0; i < group.states.size(); ++i)
                completeState(m_definition, group.settings, group.content.parameters[i], group.states[i]);
    }
};

Error misfit(std::string text) { return Error{ErrorCode::BadArgument, std::move(text)}; }

/// The argument as the kind that the setting's default has. None: text (line_search_fn).
Result<SettingValue> argument(const Arguments &arguments, const Setting &setting, bool wantsInteger)
{
    const auto carry = [](auto result) -> Result<SettingValue> {
        return result ? Result<SettingValue>(SettingValue(*result)) : Result<SettingValue>(result.error());
    };
    if (std::holds_alternative<bool>(setting.value))
        return carry(arguments.flag(setting.key, false));
    if (std::holds_alternative<std::monostate>(setting.value)) {
        std::string text = arguments.text(setting.key, {});
        return text == "none" || text == "None" ? SettingValue() : SettingValue(std::move(text));
    }
    if (wantsInteger)
        return carry(arguments.integer(setting.key, 0));
    if (!std::holds_alternative<std::pair<double, double>>(setting.value))
        return carry(arguments.number(setting.key, 0));
    const auto pair = arguments.numbers(setting.key, {});
    if (!pair)
        return pair.error();
    if (pair->size() != 2)
        return misfit(fmt::format("{} takes two numbers, such as {}=0.9,0.999", setting.key, setting.key));
    return SettingValue(std::pair((*pair)[0], (*pair)[1]));
}

bool isGiven(std::string_view key)
{
    return !isExecutionSetting(key) && key != "lr" && key != "decoupled_weight_decay";
}

/// decoupled_weight_decay is a choice in NAdam and RAdam, and the class itself in Adam and AdamW.
bool takesDecoupled(const OptimizerDefinition &definition)
{
    return definition.className == "NAdam" || definition.className == "RAdam";
}

}  // namespace

std::vector<std::string_view> argumentNames(const OptimizerDefinition &definition)
{
    std::vector<std::string_view> names;
    for (const Setting &setting : definition.defaults.items())
        if (isGiven(setting.key) || (setting.key == "decoupled_weight_decay" && takesDecoupled(definition)))
            names.push_back(setting.key);
    return names;
}

namespace {

Result<GroupSettings> settingsFrom(const OptimizerDefinition &definition, double lr, const Arguments &arguments)
{
    const auto known = argumentNames(definition);
    if (auto fits = arguments.onlyKnows(known, definition.className); !fits)
        return fits.error();
    GroupSettings settings = definition.defaults;
    if (lr != 0)
        settings.set("lr", lr);
    const bool counts = definition.className == "LBFGS";
    for (const Setting &setting : definition.defaults.items()) {
        if (!arguments.has(setting.key))
            continue;
        const bool wantsInteger = counts && std::holds_alternative<std::int64_t>(setting.value);
        auto value = argument(arguments, setting, wantsInteger);
        if (!value)
            return value.error();
        settings.set(setting.key, std::move(*value));
    }
    if (counts && arguments.has("max_iter") && !arguments.has("max_eval"))
        settings.set("max_eval", settings.integer("max_iter") * 5 / 4);
    return settings;
}

/// What torch.optim's constructors refuse.
Result<void> checkSettings(const OptimizerDefinition &definition, const GroupSettings &settings)
{
    for (const Setting &setting : settings.items()) {
        const auto *number = std::get_if<double>(&setting.value);
        if (number && !(*number >= 0 && std::isfinite(*number)))
            return misfit(
                fmt::format("{}: {} is {}; it must be 0 or more", definition.className, setting.key, *number));
        if (const auto *betas = std::get_if<std::pair<double, double>>(&setting.value))
            for (const double beta : {betas->first, betas->second})
                if (!(beta >= 0 && beta < 1))
                    return misfit(fmt::format("{}: {} holds {}; it must be from 0 to below 1", definition.className,
                                              setting.key, beta));
    }
    if (settings.flag("nesterov") && (settings.number("momentum") <= 0 || settings.number("dampening") != 0))
        return misfit(std::string(definition.className) + ": nesterov needs momentum above 0 and dampening 0");
    const std::string_view search = settings.text("line_search_fn");
    if (!search.empty() && search != "strong_wolfe")
        return misfit(fmt::format("{}: line_search_fn is {}; the only one there is, is strong_wolfe",
                                  definition.className, search));
    return {};
}

Result<void> checkGroups(const OptimizerDefinition &definition, const std::vector<ParameterGroup> &groups)
{
    if (groups.empty())
        return misfit("An optimizer needs parameters to train");
    if (definition.className == "LBFGS" && groups.size() != 1)
        return misfit("LBFGS takes all parameters in one group");
    for (const ParameterGroup &group : groups)
        for (std::size_t i = 0; i < group.parameters.size(); ++i)
            if (!group.parameters[i].is_floating_point())
                return misfit(fmt::format("{} trains real numbers; {} holds others", definition.className,
                                          i < group.names.size() ? group.names[i] : "a parameter"));
    return {};
}

std::string allNames()
{
    std::string names;
    for (const std::string_view name : optimizerNames())
        names += (names.empty() ? "" : ", ") + std::string(name);
    return names;
}

}  // namespace

Result<OptimizerPtr> makeOptimizer(std::string_view name, std::vector<ParameterGroup> groups, double lr,
                                   const Arguments &arguments)
{
    const OptimizerDefinition *const definition = optimizerDefinition(name);
    if (!definition)
        return misfit(fmt::format("There is no optimizer {}; there are {}", name, allNames()));
    if (auto fits = checkGroups(*definition, groups); !fits)
        return fits.error();
    const auto settings = settingsFrom(*definition, lr, arguments);
    if (!settings)
        return settings.error();
    if (auto fits = checkSettings(*definition, *settings); !fits)
        return fits.error();
    if (!definition->step)
        return makeLbfgs(*definition, std::move(groups), *settings);
    return OptimizerPtr(std::make_unique<RuleOptimizer>(*definition, std::move(groups), *settings));
}

}  // namespace waypoint

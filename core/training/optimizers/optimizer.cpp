// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/optimizer.h"

#include "core/training/optimizers/optimizer_definition.h"

namespace waypoint {

namespace {

/// The plain kinds; nothing for a kept node.
struct WriteSetting
{
    ValueTree &tree;

    ValueId operator()(std::monostate) const { return tree.addNone(); }
    ValueId operator()(bool value) const { return tree.addBool(value); }
    ValueId operator()(std::int64_t value) const { return tree.addInt(value); }
    ValueId operator()(double value) const { return tree.addFloat(value); }
    ValueId operator()(const std::string &value) const { return tree.addStr(value); }
    ValueId operator()(const std::pair<double, double> &value) const
    {
        const ValueId items[] = {tree.addFloat(value.first), tree.addFloat(value.second)};
        return tree.addContainer(ValueKind::Tuple, items);
    }
    ValueId operator()(ValueId) const { return {}; }
};

ValueId writeNames(ValueTree &tree, const std::vector<std::string> &names)
{
    std::vector<ValueId> items;
    for (const std::string &name : names)
        items.push_back(tree.addStr(name));
    return tree.addContainer(ValueKind::List, items);
}

/// Counts on from `first`, which the parameters of the groups before have.
ValueId writeNumbers(ValueTree &tree, std::size_t first, std::size_t count)
{
    std::vector<ValueId> items;
    for (std::size_t i = 0; i < count; ++i)
        items.push_back(tree.addInt(static_cast<std::int64_t>(first + i)));
    return tree.addContainer(ValueKind::List, items);
}

}  // namespace

Optimizer::Optimizer(const OptimizerDefinition &definition, std::vector<ParameterGroup> groups,
                     const GroupSettings &settings)
    : m_definition(definition)
{
    for (ParameterGroup &content : groups) {
        Group group{std::move(content), settings, {}, {}};
        group.states.resize(group.content.parameters.size());
        if (!group.content.decay && group.settings.find("weight_decay"))
            group.settings.set("weight_decay", std::int64_t(0));
        m_groups.push_back(std::move(group));
    }
}

std::string_view Optimizer::className() const { return m_definition.className; }

void Optimizer::zeroGrad()
{
    for (Group &group : m_groups)
        for (const at::Tensor &parameter : group.content.parameters)
            parameter.mutable_grad().reset();
}

double Optimizer::step(const Closure &closure)
{
    const double loss = closure();
    step();
    return loss;
}

std::size_t Optimizer::groupCount() const { return m_groups.size(); }

const ParameterGroup &Optimizer::group(std::size_t i) const { return m_groups[i].content; }

double Optimizer::lr(std::size_t group) const { return m_groups[group].settings.number("lr"); }

void Optimizer::setLr(std::size_t group, double lr) { m_groups[group].settings.set("lr", lr); }

std::optional<double> Optimizer::momentum(std::size_t group) const
{
    const GroupSettings &settings = m_groups[group].settings;
    if (settings.find("momentum"))
        return settings.number("momentum");
    return settings.find("betas") ? std::optional(settings.betas().first) : std::nullopt;
}

void Optimizer::setMomentum(std::size_t group, double momentum)
{
    GroupSettings &settings = m_groups[group].settings;
    if (settings.find("momentum"))
        settings.set("momentum", momentum);
    else if (settings.find("betas"))
        settings.set("betas", std::pair(momentum, settings.betas().second));
}

void Optimizer::setExtra(std::size_t group, const std::string &key, double value)
{
    m_groups[group].settings.set(key, value);
}

const GroupSettings &Optimizer::settings(std::size_t group) const { return m_groups[group].settings; }

void Optimizer::change(std::size_t group, const Setting &setting)
{
    m_groups[group].settings.set(setting.key, setting.value);
}

ValueId Optimizer::writeKept(Snapshot &into, const SettingValue &value) const
{
    if (const auto *node = std::get_if<ValueId>(&value))
        return into.addCopy(Value(m_kept, *node));
    return std::visit(WriteSetting{into.tree()}, value);
}

std::uint64_t Optimizer::stateBytes() const
{
    std::uint64_t bytes = 0;
    for (const Group &group : m_groups) {
        std::uint64_t tensors = 0;
        std::uint64_t scalars = 0;
        for (const StateEntry &entry : m_definition.state)
            if (entry.neededWith(group.settings))
                ++(entry.isScalar() ? scalars : tensors);
        if (needsClosure())
            tensors += 2 * static_cast<std::uint64_t>(group.settings.integer("history_size")) + 2;
        for (const at::Tensor &parameter : group.content.parameters)
            bytes += tensors * parameter.nbytes() + scalars * sizeof(float);
    }
    return bytes;
}

ValueId Optimizer::writeState(Snapshot &into) const
{
    std::vector<ValueId> states;
    std::int64_t number = -1;
    for (const Group &group : m_groups) {
        for (const ParameterState &state : group.states) {
            ++number;
            std::vector<std::pair<std::string, ValueId>> entries;
            for (std::size_t i = 0; i < state.tensors.size(); ++i)
                if (state.tensors[i].defined())
                    entries.emplace_back(m_definition.state[i].name, into.addTensor(state.tensors[i]));
            for (const Setting &kept : state.kept)
                entries.emplace_back(kept.key, writeKept(into, kept.value));
            if (entries.empty())
                continue;
            states.push_back(into.tree().addInt(number));
            states.push_back(into.addDict(entries));
        }
    }
    return into.tree().addContainer(ValueKind::Dict, states);
}

ValueId Optimizer::writeStateDict(Snapshot &into) const
{
    std::vector<ValueId> groups;
    std::size_t first = 0;
    for (const Group &group : m_groups) {
        std::vector<std::pair<std::string, ValueId>> entries;
        for (const Setting &setting : group.settings.items())
            entries.emplace_back(setting.key, writeKept(into, setting.value));
        if (!group.savedNames.empty())
            entries.emplace_back("param_names", writeNames(into.tree(), group.savedNames));
        const std::size_t count = group.content.parameters.size();
        entries.emplace_back("params", writeNumbers(into.tree(), first, count));
        first += count;
        groups.push_back(into.addDict(entries));
    }
    const std::pair<std::string, ValueId> parts[] = {
        {"state", writeState(into)}, {"param_groups", into.tree().addContainer(ValueKind::List, groups)}};
    return into.addDict(parts);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/optimizer_view.h"

#include "core/checkpoint/fields.h"

#include <algorithm>
#include <unordered_map>

namespace waypoint {

namespace {

bool isMapping(Value value) { return value.is(ValueKind::Dict) || value.is(ValueKind::Object); }

/// param_groups is a list of dicts; a reader of flattened keys makes a dict of it, keyed by number.
std::vector<Value> dictsIn(Value list)
{
    std::vector<Value> dicts;
    const bool numbered = list.is(ValueKind::List) || list.is(ValueKind::Tuple) || list.is(ValueKind::Dict);
    if (!numbered)
        return dicts;
    for (std::size_t i = 0; i < list.count(); ++i) {
        if (!list.at(i).is(ValueKind::Dict))
            return {};
        dicts.push_back(list.at(i));
    }
    return dicts;
}

bool isTorchGroup(Value group) { return group.contains("params") || group.contains("lr"); }

std::optional<OptimizerView> torchView(Value value, const Fields &fields)
{
    const Value state = fields["state"];
    const Value groups = fields["param_groups"];
    if (!isMapping(state) && !(state.is(ValueKind::List) && state.count() == 0))
        return std::nullopt;
    OptimizerView view{OptimizerView::Kind::Torch, state, dictsIn(groups)};
    if (value.is(ValueKind::Object))
        view.kind = OptimizerView::Kind::Pickled;
    const bool fits = !view.groups.empty() && std::all_of(view.groups.begin(), view.groups.end(), isTorchGroup);
    return fits ? std::optional(view) : std::nullopt;
}

/// {state: one dict per parameter, hypers: one dict per group}, fastai/optimizer.py.
std::optional<OptimizerView> fastaiView(const Fields &fields)
{
    const Value state = fields["state"];
    if (!state.is(ValueKind::List) || !fields["hypers"].is(ValueKind::List))
        return std::nullopt;
    return OptimizerView{OptimizerView::Kind::Fastai, state, dictsIn(fields["hypers"])};
}

/// "state.<name>.<key>" and "param_groups.<name>.<key>" in one flat dict.
std::optional<OptimizerView> flatView(Value value)
{
    constexpr std::string_view kState = "state.";
    constexpr std::string_view kGroups = "param_groups.";
    bool state = false;
    bool groups = false;
    for (std::size_t i = 0; value.is(ValueKind::Dict) && i < value.count(); ++i) {
        const std::string_view key = value.key(i).text();
        state = state || key.starts_with(kState);
        groups = groups || key.starts_with(kGroups);
        if (!key.starts_with(kState) && !key.starts_with(kGroups))
            return std::nullopt;
    }
    return state && groups ? std::optional(OptimizerView{OptimizerView::Kind::Flat, value, {}}) : std::nullopt;
}

/// deepspeed/runtime/zero/stage_1_and_2.py and stage3.py: each rank's share of the flattened parameters.
std::optional<OptimizerView> zeroView(const Fields &fields)
{
    const bool share = fields.has("zero_stage")
                       && fields.hasAny({"partition_count", "base_optimizer_state", "single_partition_of_fp32_groups",
                                         "fp32_flat_groups"});
    if (!share || !fields.hasAny({"base_optimizer_state", "optimizer_state_dict", "fp32_flat_groups"}))
        return std::nullopt;
    // Where the torch optimizer's own state_dict is inside, that is the optimizer.
    for (const std::string_view key : {"base_optimizer_state", "optimizer_state_dict"})
        if (torchView(fields[key], Fields(fields[key])))
            return std::nullopt;
    return OptimizerView{OptimizerView::Kind::Zero, fields["base_optimizer_state"], {}};
}

/// Finds the state of a parameter by what param_groups calls it.
class StateIndex
{
public:
    explicit StateIndex(Value state) : m_state(state) {}

    [[nodiscard]] Value find(Value id)
    {
        // Nearly always both are in the same order, and nothing has to be looked up.
        if (sameId(m_state.key(m_next), id))
            return m_state.at(m_next++);
        if (m_places.empty())
            for (std::size_t i = 0; m_state.is(ValueKind::Dict) && i < m_state.count(); ++i)
                m_places[idText(m_state.key(i))] = i;
        const auto found = m_places.find(idText(id));
        if (found == m_places.end())
            return {};
        m_next = found->second + 1;
        return m_state.at(found->second);
    }

private:
    Value m_state;
    std::size_t m_next = 0;
    std::unordered_map<std::string, std::size_t> m_places;
};

/// Attributes of a pickled object; the value itself where it is a dict.
Value attributesOf(Value value) { return value.is(ValueKind::Object) ? value.wrap(value.object().state) : value; }

/// torch/csrc/api/include/torch/optim/serialize.h: an archive of archives, {"param_groups/0": {"params/0", "options"}}.
std::optional<OptimizerView> cppView(Value value, const Fields &fields)
{
    if (!value.is(ValueKind::Object) || !fields.hasAll({"pytorch_version", "state", "param_groups"}))
        return std::nullopt;
    OptimizerView view{OptimizerView::Kind::Cpp, attributesOf(fields["state"]), {}};
    const Fields groups(fields["param_groups"]);
    while (groups.has("param_groups/" + std::to_string(view.groups.size())))
        view.groups.push_back(attributesOf(groups["param_groups/" + std::to_string(view.groups.size())]));
    return view.groups.empty() ? std::nullopt : std::optional(view);
}

std::vector<OptimizerSlot> cppSlots(Value group, StateIndex &states)
{
    std::vector<OptimizerSlot> slots;
    for (std::size_t i = 0; group.is(ValueKind::Dict) && i < group.count(); ++i) {
        const std::string_view key = group.key(i).text();
        if (key.starts_with("params/") && group.at(i).is(ValueKind::Str))
            slots.push_back({group.at(i), attributesOf(states.find(group.at(i))), {}});
    }
    return slots;
}

/// A dict of what optimizers remember of parameters, without the groups.
std::optional<OptimizerView> stateOnlyView(const Fields &fields)
{
    const Value state = fields["state"];
    if (!state.is(ValueKind::Dict) || state.count() == 0 || fields.has("param_groups"))
        return std::nullopt;
    for (std::size_t i = 0; i < std::min<std::size_t>(state.count(), 100); ++i)
        if (!isParameterState(state.at(i)))
            return std::nullopt;
    return OptimizerView{OptimizerView::Kind::StateOnly, state, {}};
}

std::vector<OptimizerSlot> torchSlots(Value group, StateIndex &states)
{
    const Value ids = group["params"];
    const Value names = group["param_names"];
    std::vector<OptimizerSlot> slots;
    slots.reserve(ids.count());
    const bool listed = ids.is(ValueKind::List) || ids.is(ValueKind::Tuple) || ids.is(ValueKind::Set);
    for (std::size_t i = 0; listed && i < ids.count(); ++i) {
        OptimizerSlot slot{ids.at(i), states.find(ids.at(i)), {}};
        if (names.count() == ids.count())
            slot.name = names.at(i).text();
        else if (slot.id.is(ValueKind::Str))
            slot.name = slot.id.text();
        slots.push_back(std::move(slot));
    }
    return slots;
}

std::vector<OptimizerSlot> flatSlots(Value flat)
{
    constexpr std::string_view kState = "state.";
    std::vector<OptimizerSlot> slots;
    for (std::size_t i = 0; i < flat.count(); ++i) {
        const std::string_view key = flat.key(i).text();
        const std::size_t end = key.rfind('.');
        if (!key.starts_with(kState) || end < kState.size())
            continue;
        const std::string_view name = key.substr(kState.size(), end - kState.size());
        if (slots.empty() || slots.back().name != name)
            slots.push_back({flat.key(i), {}, std::string(name)});
    }
    return slots;
}

}  // namespace

bool isParameterState(Value value)
{
    if (!value.is(ValueKind::Dict) || value.count() > 32)
        return false;
    for (std::size_t i = 0; i < value.count(); ++i) {
        const std::string_view key = value.key(i).text();
        if (key == "exp_avg" || key == "momentum_buffer" || key == "square_avg" || key == "exp_inf")
            return true;
    }
    return false;
}

bool sameId(Value a, Value b)
{
    if (a.is(ValueKind::Int) && b.is(ValueKind::Int))
        return a.integer() == b.integer();
    if (a.is(ValueKind::Tensor) || b.is(ValueKind::Tensor))
        return a.id() == b.id();
    return a.isValid() && b.isValid() && idText(a) == idText(b);
}

std::string idText(Value id)
{
    if (const auto number = id.integer())
        return std::to_string(*number);
    if (id.is(ValueKind::Tensor))
        return "tensor " + std::to_string(id.id().index);
    return std::string(id.text());
}

std::vector<std::vector<OptimizerSlot>> OptimizerView::slots() const
{
    std::vector<std::vector<OptimizerSlot>> result;
    if (kind == Kind::Flat) {
        result.push_back(flatSlots(state));
    } else if (kind == Kind::StateOnly) {
        result.emplace_back();
        for (std::size_t i = 0; i < state.count(); ++i)
            result.back().push_back({state.key(i), state.at(i), {}});
    } else if (kind == Kind::Fastai) {
        // The list runs over all groups; which parameter is in which group is not in the file.
        result.emplace_back();
        for (std::size_t i = 0; i < state.count(); ++i)
            result.back().push_back({{}, state.at(i), {}});
    } else if (kind != Kind::Zero) {
        StateIndex states(state);
        for (const Value group : groups)
            result.push_back(kind == Kind::Cpp ? cppSlots(group, states) : torchSlots(group, states));
    }
    return result;
}

std::optional<OptimizerView> optimizerView(Value value)
{
    const bool mapping = value.is(ValueKind::Dict) || value.is(ValueKind::Object);
    if (!mapping)
        return std::nullopt;
    const Fields fields(value);
    if (auto view = torchView(value, fields))
        return view;
    if (auto view = cppView(value, fields))
        return view;
    if (auto view = fastaiView(fields))
        return view;
    if (auto view = zeroView(fields))
        return view;
    if (auto view = stateOnlyView(fields))
        return view;
    return flatView(value);
}

}  // namespace waypoint

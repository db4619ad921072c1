// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/old_variables.h"

#include "core/pickle/value.h"

#include <optional>
#include <vector>

namespace waypoint {

namespace {

/// What the pickle says of one variable; invalid where it says nothing.
struct Variable
{
    Value data;
    Value grad;
    Value hooks;
    bool requiresGrad = false;
};

bool isTrue(Value value) { return value.integer().value_or(0) != 0; }

/// Two forms, both still understood by torch.Tensor.__setstate__ (torch/_tensor.py): the state of 0.1 is (data, grad,
/// hooks, requires_grad, volatile); 0.2 and 0.3 call the class with the data and then set (requires_grad, volatile,
/// hooks).
std::optional<Variable> variableOf(const ValueTree &tree, const ObjectValue &object)
{
    const Value args = object.args.isValid() ? Value(tree, object.args) : Value();
    const Value state = object.state.isValid() ? Value(tree, object.state) : Value();
    if (state.is(ValueKind::Tuple) && state.count() == 5 && state.at(0).is(ValueKind::Tensor))
        return Variable{state.at(0), state.at(1), state.at(2), isTrue(state.at(3))};
    if (!args.at(0).is(ValueKind::Tensor))
        return std::nullopt;
    if (state.is(ValueKind::Tuple) && state.count() == 3)
        return Variable{args.at(0), {}, state.at(2), isTrue(state.at(0))};
    return Variable{args.at(0), {}, {}, isTrue(args.at(1))};
}

/// The attributes that hold something, as a Dict; invalid where none does.
ValueId attributesOf(ValueTree &tree, ValueId grad, ValueId hooks)
{
    std::vector<ValueId> pairs;
    if (grad.isValid() && tree.kind(grad) != ValueKind::None) {
        pairs.push_back(tree.addStr("grad"));
        pairs.push_back(grad);
    }
    const bool hasHooks = hooks.isValid() && (tree.kind(hooks) == ValueKind::Object || !tree.children(hooks).empty());
    if (hasHooks) {
        pairs.push_back(tree.addStr("_backward_hooks"));
        pairs.push_back(hooks);
    }
    return pairs.empty() ? ValueId() : tree.addContainer(ValueKind::Dict, pairs);
}

}  // namespace

void resolveOldVariables(ValueTree &tree, ValueId first, const Limits &limits)
{
    // From the end: a gradient is a variable inside its parameter's state, so it was made after the parameter.
    for (auto index = static_cast<std::uint32_t>(tree.size()); index-- > first.index;) {
        const ValueId id{index};
        if (tree.kind(id) != ValueKind::Object)
            continue;
        const std::string_view name = tree.className(id);
        const bool parameter = name == "torch.nn.parameter.Parameter";
        if (!parameter && name != "torch.autograd.variable.Variable")
            continue;
        const auto variable = variableOf(tree, tree.object(id));
        if (!variable)
            continue;
        if (tree.memory().value > limits.treeBytes)
            return;
        TensorValue tensor = variable->data.tensor();
        const ValueId grad = variable->grad.id();
        const ValueId hooks = variable->hooks.id();
        tensor.ref.parameter = parameter;
        tensor.ref.requiresGrad = variable->requiresGrad;
        tensor.attributes = attributesOf(tree, grad, hooks);
        tree.becomeTensor(id, std::move(tensor));
    }
}

}  // namespace waypoint

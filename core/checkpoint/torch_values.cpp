// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/torch_names.h"
#include "core/checkpoint/torch_rules.h"

namespace waypoint {

namespace {

bool isSequence(Value value) { return value.is(ValueKind::Tuple) || value.is(ValueKind::List); }

// torch.Size((2, 3))
void resolveSize(ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    const ValueId callable = tree.object(object).callable;
    if (args.count() != 1 || !isSequence(args[0]) || !callable.isValid())
        return;
    tree.becomeContainer(object, ValueKind::Tuple, tree.children(args.id(0)));
    tree.setClassName(object, callable);
}

// torch.device('cuda', 0): stays an object, shown as "cuda:0"
void resolveDevice(ValueTree &tree, ValueId object)
{
    const std::string text = deviceText(Value(tree, object));
    if (text.empty())
        return;
    const ValueId display = tree.addStr(text);
    tree.object(object).display = display;
}

// torch.serialization._get_layout('torch.strided')
void resolveLayout(ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    if (args[0].is(ValueKind::Str))
        tree.object(object).display = args.id(0);
}

// TorchScript wraps its containers in calls that tell their static type; the value is the first argument.
void resolveTyped(ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    if (isSequence(args[0]) || args[0].is(ValueKind::Dict))
        tree.becomeCopyOf(object, args.id(0));
}

}  // namespace

void addTorchValueRules(ObjectResolver &rules)
{
    rules.add("torch.Size", resolveSize);
    rules.add("torch.device", resolveDevice);
    rules.add("torch.serialization._get_layout", resolveLayout);
    for (const char *name :
         {"build_intlist", "build_doublelist", "build_boollist", "build_tensorlist", "restore_type_tag"})
        rules.add(std::string("torch.jit._pickle.") + name, resolveTyped);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/torch_names.h"
#include "core/checkpoint/torch_rules.h"

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

bool isTrue(Value flag) { return flag.integer().value_or(0) != 0; }

// Hooks are an empty OrderedDict in every file since 0.4; what an older or a strange one has is kept.
ValueId hooksAttribute(ValueTree &tree, Value hooks)
{
    if (hooks.kind() == ValueKind::None || (hooks.is(ValueKind::Dict) && hooks.count() == 0))
        return {};
    return addNamed(tree, std::array{std::pair<std::string_view, ValueId>("_backward_hooks", hooks.id())});
}

// {'conj': True, 'neg': True}: bits of a lazily evaluated view (torch._utils.set_tensor_metadata).
void applyMetadata(TensorRef &ref, Value metadata)
{
    ref.conjugate = isTrue(metadata["conj"]);
    ref.negative = isTrue(metadata["neg"]);
}

// storage, storage_offset, size, stride
std::optional<TensorValue> rebuildV1(TorchTypes &types, ValueTree &tree, ValueId object)
{
    const std::optional<TensorRef> ref = stridedRef(types, tree, CallArgs(tree, object));
    if (!ref)
        return std::nullopt;
    TensorValue tensor;
    tensor.ref = *ref;
    return tensor;
}

// ..., requires_grad, backward_hooks, metadata
std::optional<TensorValue> rebuildV2(TorchTypes &types, ValueTree &tree, ValueId object)
{
    std::optional<TensorValue> tensor = rebuildV1(types, tree, object);
    if (!tensor)
        return tensor;
    const CallArgs args(tree, object);
    tensor->ref.requiresGrad = isTrue(args[4]);
    applyMetadata(tensor->ref, args[6]);
    tensor->attributes = hooksAttribute(tree, args[5]);
    return tensor;
}

// ..., requires_grad, backward_hooks, dtype, metadata; the storage is untyped
std::optional<TensorValue> rebuildV3(TorchTypes &types, ValueTree &tree, ValueId object)
{
    std::optional<TensorValue> tensor = rebuildV1(types, tree, object);
    const CallArgs args(tree, object);
    const std::optional<DType> dtype = dtypeOfGlobal(args[6]);
    if (!tensor || !dtype)
        return std::nullopt;
    tensor->ref.dtype = *dtype;
    tensor->ref.requiresGrad = isTrue(args[4]);
    applyMetadata(tensor->ref, args[7]);
    tensor->attributes = hooksAttribute(tree, args[5]);
    return tensor;
}

// data, requires_grad, backward_hooks, state; also Parameter(data, requires_grad) called directly
std::optional<TensorValue> rebuildParameter(TorchTypes &, ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    if (!args[0].is(ValueKind::Tensor))
        return std::nullopt;
    TensorValue tensor = args[0].tensor();
    tensor.ref.parameter = true;
    tensor.ref.requiresGrad = args.count() < 2 || isTrue(args[1]);
    const ValueId hooks = hooksAttribute(tree, args[2]);
    tensor.attributes = joined(tree, tensor.attributes, hooks);
    tensor.attributes = joined(tree, tensor.attributes, args.id(3));
    return tensor;
}

// dtype, size, stride, requires_grad
std::optional<TensorValue> rebuildMeta(TorchTypes &types, ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    const std::optional<DType> dtype = dtypeOfGlobal(args[0]);
    std::optional<SmallDims> shape = dimsOf(args[1], types.limits());
    std::optional<SmallDims> strides = dimsOf(args[2], types.limits());
    if (!dtype || !shape || !strides || shape->size() != strides->size())
        return std::nullopt;
    TensorValue tensor;
    tensor.ref.dtype = *dtype;
    tensor.ref.shape = *std::move(shape);
    tensor.ref.strides = *std::move(strides);
    tensor.ref.requiresGrad = isTrue(args[3]);
    tensor.ref.storage = addAbsentStorage(tree, "meta", *dtype);
    return tensor;
}

// class, dtype, size, stride, storage_offset, layout, device, requires_grad
std::optional<TensorValue> rebuildWrapper(TorchTypes &types, ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    const std::optional<DType> dtype = dtypeOfGlobal(args[1]);
    std::optional<SmallDims> shape = dimsOf(args[2], types.limits());
    if (!dtype || !shape)
        return std::nullopt;
    TensorValue tensor;
    tensor.ref.dtype = *dtype;
    tensor.ref.layout = TensorLayout::Wrapper;
    tensor.ref.shape = *std::move(shape);
    tensor.ref.requiresGrad = isTrue(args[7]);
    if (std::string device = deviceText(args[6]); !device.empty())
        tensor.ref.storage = addAbsentStorage(tree, std::move(device), *dtype);
    return tensor;
}

constexpr std::array<std::pair<std::string_view, TensorRule>, 19> kTensorRules{{
    {"torch._utils._rebuild_tensor_v2", rebuildV2},
    {"torch._utils._rebuild_parameter", rebuildParameter},
    {"torch._utils._rebuild_tensor", rebuildV1},
    {"torch._utils._rebuild_tensor_v3", rebuildV3},
    {"torch._utils._rebuild_parameter_with_state", rebuildParameter},
    {"torch.nn.parameter.Parameter", rebuildParameter},
    {"torch.nn.Parameter", rebuildParameter},
    {"torch._utils._rebuild_qtensor", rebuildQuantized},
    {"torch._utils._rebuild_sparse_tensor", rebuildSparse},
    {"torch._utils._rebuild_sparse_csr_tensor", rebuildSparse},
    {"torch._utils._rebuild_nested_tensor", rebuildNested},
    {"torch._utils._rebuild_meta_tensor_no_storage", rebuildMeta},
    {"torch._utils._rebuild_wrapper_subclass", rebuildWrapper},
    {"torch._utils._rebuild_device_tensor_from_numpy", rebuildFromNumpy},
    {"torch._utils._rebuild_device_tensor_from_cpu_tensor", rebuildFromCpuTensor},
    {"torch._utils._rebuild_xla_tensor", rebuildFromNumpy},
    {"torch._utils._rebuild_ort_tensor", rebuildFromNumpy},
    {"torch._utils._rebuild_mlc_tensor", rebuildFromNumpy},
    {"torch._utils._rebuild_hpu_tensor", rebuildFromNumpy},
}};

// What __setstate__ or __dict__ would get, as attributes: a dict, or (dict or None, dict of slots).
ValueId stateAttributes(ValueTree &tree, Value state)
{
    if (state.is(ValueKind::Dict))
        return state.id();
    if (state.is(ValueKind::Tuple) && state.count() == 2) {
        const ValueId plain = state.at(0).id();
        const ValueId slots = state.at(1).id();
        return joined(tree, plain, slots);
    }
    return {};
}

void becomeTensorOf(ValueTree &tree, ValueId object, TensorValue tensor, ValueId extraAttributes)
{
    tensor.attributes = joined(tree, tensor.attributes, extraAttributes);
    tree.becomeTensor(object, std::move(tensor));
}

void applyRule(TensorRule rule, TorchTypes &types, ValueTree &tree, ValueId object)
{
    std::optional<TensorValue> tensor = rule(types, tree, object);
    if (!tensor || !types.hasRoom(tree, tensor->ref.shape.size()))
        return;
    const ValueId state = stateAttributes(tree, Value(tree, tree.object(object).state));
    becomeTensorOf(tree, object, *std::move(tensor), state);
}

// func, class, args, state: a subclass of Tensor. What func makes of args, under the class's name.
void rebuildFromType(TorchTypes &types, ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    const TensorRule rule = args[0].is(ValueKind::Global) ? tensorRule(args[0].text()) : nullptr;
    if (!rule || !args[2].is(ValueKind::Tuple))
        return;
    const ObjectValue call = tree.object(object);
    tree.object(object) = {.callable = args.id(0),
                           .args = args.id(2),
                           .kwargs = {},
                           .state = {},
                           .listItems = {},
                           .dictItems = {},
                           .display = {}};
    std::optional<TensorValue> tensor = rule(types, tree, object);
    tree.object(object) = call;
    if (!tensor || !types.hasRoom(tree, tensor->ref.shape.size()))
        return;
    const ValueId state = stateAttributes(tree, args[3]);
    becomeTensorOf(tree, object, *std::move(tensor), state);
    const Value type = args[1];
    if (type.is(ValueKind::Global) && type.text() != "torch.Tensor" && type.text() != "torch._tensor.Tensor")
        tree.setClassName(object, type.id());
}

}  // namespace

CallArgs::CallArgs(const ValueTree &tree, ValueId object) : m_tree(&tree)
{
    const ValueId tuple = tree.object(object).args;
    if (!tuple.isValid())
        return;
    const std::span<const ValueId> items = tree.children(tuple);
    m_count = std::min(items.size(), m_ids.size());
    std::copy_n(items.begin(), m_count, m_ids.begin());
}

TensorRule tensorRule(std::string_view name)
{
    for (const auto &[known, rule] : kTensorRules)
        if (known == name)
            return rule;
    return nullptr;
}

std::optional<SmallDims> dimsOf(Value tuple, const Limits &limits)
{
    if ((!tuple.is(ValueKind::Tuple) && !tuple.is(ValueKind::List)) || tuple.count() > limits.dimensions)
        return std::nullopt;
    std::array<std::int64_t, 64> dims{};
    const std::size_t count = std::min(tuple.count(), dims.size());
    for (std::size_t i = 0; i < count; ++i) {
        const auto dim = tuple.at(i).integer();
        if (!dim)
            return std::nullopt;
        dims[i] = *dim;
    }
    return SmallDims(std::span<const std::int64_t>(dims.data(), count));
}

std::optional<TensorRef> stridedRef(TorchTypes &types, const ValueTree &tree, const CallArgs &args)
{
    const auto offset = args[1].integer();
    std::optional<SmallDims> shape = dimsOf(args[2], types.limits());
    std::optional<SmallDims> strides = dimsOf(args[3], types.limits());
    if (!args[0].is(ValueKind::Storage) || !offset || !shape || !strides || shape->size() != strides->size())
        return std::nullopt;
    if (std::any_of(shape->begin(), shape->end(), [](std::int64_t dim) { return dim < 0; }))
        return std::nullopt;
    const TorchTypes::Look look = types.lookOf(tree, args.id(0));
    TensorRef ref;
    if (__builtin_add_overflow(*offset, look.offset, &ref.offset))
        return std::nullopt;
    ref.dtype = look.dtype;
    ref.storage = tree.storageIndex(args.id(0));
    ref.shape = *std::move(shape);
    ref.strides = *std::move(strides);
    return ref;
}

ValueId addNamed(ValueTree &tree, std::span<const std::pair<std::string_view, ValueId>> named)
{
    std::vector<ValueId> pairs;
    for (const auto &[name, value] : named) {
        if (!value.isValid())
            continue;
        pairs.push_back(tree.addStr(name));
        pairs.push_back(value);
    }
    return pairs.empty() ? ValueId() : tree.addContainer(ValueKind::Dict, pairs);
}

ValueId joined(ValueTree &tree, ValueId dict, ValueId more)
{
    const auto isFull = [&tree](ValueId id) {
        return id.isValid() && tree.kind(id) == ValueKind::Dict && !tree.children(id).empty();
    };
    if (!isFull(more))
        return dict.isValid() && tree.kind(dict) == ValueKind::Dict ? dict : ValueId();
    if (!isFull(dict))
        return more;
    constexpr std::size_t kCopied = 256;  // many tensors may share one long dict
    if (tree.children(dict).size() + tree.children(more).size() > kCopied) {
        using Part = std::pair<std::string_view, ValueId>;
        return addNamed(tree, std::array{Part("attributes", dict), Part("state", more)});
    }
    std::vector<ValueId> pairs(tree.children(dict).begin(), tree.children(dict).end());
    pairs.insert(pairs.end(), tree.children(more).begin(), tree.children(more).end());
    return tree.addContainer(ValueKind::Dict, pairs);
}

StorageIndex addAbsentStorage(ValueTree &tree, std::string device, DType dtype)
{
    Storage storage;
    storage.device = std::move(device);
    storage.dtype = dtype;
    return tree.addStorage(std::move(storage));
}

void addTensorRules(TorchTypes &types, ObjectResolver &rules)
{
    for (const auto &[name, rule] : kTensorRules)
        rules.add(std::string(name),
                  [&types, chosen = rule](ValueTree &tree, ValueId object) { applyRule(chosen, types, tree, object); });
    // torch.tensor was the module's name up to 1.8.
    for (const char *name :
         {"torch._tensor._rebuild_from_type_v2", "torch._tensor._rebuild_from_type", "torch.tensor._rebuild_from_type"})
        rules.add(name, [&types](ValueTree &tree, ValueId object) { rebuildFromType(types, tree, object); });
}

}  // namespace waypoint

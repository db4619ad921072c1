// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_writing.h"
#include "core/pickle/torch_storage_names.h"
#include "core/pickle/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace waypoint {

namespace {

constexpr std::string_view kHooks = "_backward_hooks";

// The parts of a sparse tensor in the order in which torch._utils._rebuild_sparse_tensor takes them.
struct SparseParts
{
    TensorLayout layout;
    std::string_view names[3];  ///< empty where the layout has fewer
};

constexpr SparseParts kSparseParts[] = {
    {TensorLayout::SparseCoo, {"indices", "values", ""}},
    {TensorLayout::SparseCsr, {"crow_indices", "col_indices", "values"}},
    {TensorLayout::SparseCsc, {"ccol_indices", "row_indices", "values"}},
    {TensorLayout::SparseBsr, {"crow_indices", "col_indices", "values"}},
    {TensorLayout::SparseBsc, {"ccol_indices", "row_indices", "values"}},
};

std::string torchName(DType dtype) { return "torch." + std::string(dtypeName(dtype)); }

void writeSize(PickleOutput &out, const SmallDims &shape)
{
    out.global("torch", "Size");
    out.tuple(shape.dims());
    out.op(Opcode::Tuple1);
    out.op(Opcode::Reduce);
}

void writeFlag(PickleOutput &out, std::string_view name)
{
    out.text(name);
    out.boolean(true);
}

// {'conj': True}: bits of a view that is evaluated later (torch._utils.get_tensor_metadata).
void writeMetadata(PickleOutput &out, const TensorRef &ref)
{
    out.op(Opcode::EmptyDict);
    out.op(Opcode::Mark);
    if (ref.conjugate)
        writeFlag(out, "conj");
    if (ref.negative)
        writeFlag(out, "neg");
    out.op(Opcode::SetItems);
}

}  // namespace

void PickleWriting::writeTensor(ValueId id)
{
    const TensorValue &tensor = m_tree.tensor(id);
    std::optional<Steps> call = rebuild(id, tensor.ref.requiresGrad && !tensor.ref.parameter);
    if (!call)
        return;
    const bool hasAttributes = !attributesWithout(tensor.attributes, kHooks).empty();
    if (tensor.ref.parameter)
        call = rebuildParameter(tensor, *std::move(call));
    if (!m_tree.className(id).empty() || (hasAttributes && !tensor.ref.parameter))
        call = rebuildSubclass(id, *std::move(call));
    enter(id);
    append(*call, {op(Opcode::Reduce), finish(id)});
    plan(*std::move(call));
}

std::optional<PickleWriting::Steps> PickleWriting::rebuild(ValueId id, bool requiresGrad)
{
    const TensorValue &tensor = m_tree.tensor(id);
    switch (tensor.ref.layout) {
    case TensorLayout::Strided:
        break;
    case TensorLayout::Nested:
        return rebuildNested(tensor);
    case TensorLayout::Mkldnn:
    case TensorLayout::Wrapper:
        fail(id, ErrorCode::Unsupported, "it is a tensor whose class keeps its data in its own way");
        return std::nullopt;
    default:
        return rebuildSparse(tensor);
    }
    if (tensor.ref.storage == kNoStorage || dtypeBytes(tensor.ref.dtype) == 0) {
        fail(id, ErrorCode::Unsupported, "it is a tensor without a storage, or of an unknown dtype");
        return std::nullopt;
    }
    const Storage &storage = m_tree.storages()[tensor.ref.storage];
    if (storage.device == "meta" && !storage.source)
        return rebuildMeta(tensor, requiresGrad);
    if (!checkTyped(id, tensor.ref.storage, tensor.ref.dtype))
        return std::nullopt;
    return tensor.quantized ? rebuildQuantized(tensor, requiresGrad) : rebuildStrided(tensor, requiresGrad);
}

// --- functions of torch._utils and their arguments ---

PickleWriting::Steps PickleWriting::stridedArguments(const TensorRef &ref)
{
    return {act([this, &ref](PickleOutput &out) {
        writeStorage(ref.storage, ref.dtype, isUntyped(ref.storage, ref.dtype));
        out.integer(ref.offset);
        out.tuple(ref.shape.dims());
        out.tuple(ref.strides.dims());
    })};
}

// _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata]); the third version takes an
// untyped storage, and the dtype before the metadata.
PickleWriting::Steps PickleWriting::rebuildStrided(const TensorValue &tensor, bool requiresGrad)
{
    const TensorRef &ref = tensor.ref;
    const bool untyped = isUntyped(ref.storage, ref.dtype);
    Steps steps{global(untyped ? "torch._utils._rebuild_tensor_v3" : "torch._utils._rebuild_tensor_v2"),
                op(Opcode::Mark)};
    append(steps, stridedArguments(ref));
    steps.push_back(act([=](PickleOutput &out) { out.boolean(requiresGrad); }));
    append(steps, hooks(tensor));
    if (untyped)
        steps.push_back(global(torchName(ref.dtype)));
    if (ref.conjugate || ref.negative)
        steps.push_back(act([&ref](PickleOutput &out) { writeMetadata(out, ref); }));
    steps.push_back(op(Opcode::Tuple));
    return steps;
}

PickleWriting::Steps PickleWriting::rebuildMeta(const TensorValue &tensor, bool requiresGrad)
{
    const TensorRef &ref = tensor.ref;
    return {global("torch._utils._rebuild_meta_tensor_no_storage"), op(Opcode::Mark), global(torchName(ref.dtype)),
            act([&ref, requiresGrad](PickleOutput &out) {
                out.tuple(ref.shape.dims());
                out.tuple(ref.strides.dims());
                out.boolean(requiresGrad);
            }),
            op(Opcode::Tuple)};
}

// (torch.per_tensor_affine, scale, zero_point) or (torch.per_channel_affine, scales, zero_points, axis)
PickleWriting::Steps PickleWriting::rebuildQuantized(const TensorValue &tensor, bool requiresGrad)
{
    const Quantizer &quantizer = tensor.quantizer;
    const ValueId scales = attribute(tensor.parts, "scales");
    const ValueId zeroPoints = attribute(tensor.parts, "zero_points");
    const bool isFloat = zeroPoints.isValid() && m_tree.kind(zeroPoints) == ValueKind::Tensor
                         && isFloatingPoint(m_tree.tensor(zeroPoints).ref.dtype);
    Steps steps{global("torch._utils._rebuild_qtensor"), op(Opcode::Mark)};
    append(steps, stridedArguments(tensor.ref));
    steps.push_back(op(Opcode::Mark));
    if (quantizer.perChannel && zeroPoints.isValid() && scales.isValid())
        append(steps,
               {global(isFloat ? "torch.per_channel_affine_float_qparams" : "torch.per_channel_affine"), value(scales),
                value(zeroPoints), act([&quantizer](PickleOutput &out) { out.integer(quantizer.axis); })});
    else
        append(steps, {global("torch.per_tensor_affine"), act([&quantizer](PickleOutput &out) {
                           out.real(quantizer.scale);
                           out.integer(quantizer.zeroPoint);
                       })});
    append(steps, {op(Opcode::Tuple), act([=](PickleOutput &out) { out.boolean(requiresGrad); })});
    append(steps, hooks(tensor));
    steps.push_back(op(Opcode::Tuple));
    return steps;
}

// (layout, (parts..., size[, is_coalesced]))
PickleWriting::Steps PickleWriting::rebuildSparse(const TensorValue &tensor)
{
    const TensorRef &ref = tensor.ref;
    const auto *known = std::find_if(std::begin(kSparseParts), std::end(kSparseParts),
                                     [&ref](const SparseParts &parts) { return parts.layout == ref.layout; });
    Steps steps{global("torch._utils._rebuild_sparse_tensor"),
                global("torch.serialization._get_layout"),
                act([&ref](PickleOutput &out) { out.text("torch." + std::string(layoutName(ref.layout))); }),
                op(Opcode::Tuple1),
                op(Opcode::Reduce),
                op(Opcode::Mark)};
    for (const std::string_view name : known->names)
        if (const ValueId part = attribute(tensor.parts, name); part.isValid())
            steps.push_back(value(part));
    steps.push_back(act([&ref](PickleOutput &out) { writeSize(out, ref.shape); }));
    if (const ValueId coalesced = attribute(tensor.parts, "is_coalesced"); coalesced.isValid())
        steps.push_back(value(coalesced));
    append(steps, {op(Opcode::Tuple), op(Opcode::Tuple2)});
    return steps;
}

PickleWriting::Steps PickleWriting::rebuildNested(const TensorValue &tensor)
{
    Steps steps{global("torch._utils._rebuild_nested_tensor"), op(Opcode::Mark)};
    for (const std::string_view name : {"buffer", "sizes", "strides", "storage_offsets"})
        if (const ValueId part = attribute(tensor.parts, name); part.isValid())
            steps.push_back(value(part));
    steps.push_back(op(Opcode::Tuple));
    return steps;
}

// _rebuild_parameter(data, requires_grad, hooks), or with the attributes as a fourth argument
PickleWriting::Steps PickleWriting::rebuildParameter(const TensorValue &tensor, Steps data)
{
    Steps attributes = attributesWithout(tensor.attributes, kHooks);
    const bool requiresGrad = tensor.ref.requiresGrad;
    Steps steps{
        global(attributes.empty() ? "torch._utils._rebuild_parameter" : "torch._utils._rebuild_parameter_with_state"),
        op(Opcode::Mark)};
    append(steps, std::move(data));
    append(steps, {op(Opcode::Reduce), act([=](PickleOutput &out) { out.boolean(requiresGrad); })});
    append(steps, hooks(tensor));
    append(steps, std::move(attributes));
    steps.push_back(op(Opcode::Tuple));
    return steps;
}

// _rebuild_from_type_v2(function, class, arguments, attributes)
PickleWriting::Steps PickleWriting::rebuildSubclass(ValueId id, Steps call)
{
    const std::string_view type = m_tree.className(id);
    const TensorValue &tensor = m_tree.tensor(id);
    Steps attributes = tensor.ref.parameter ? Steps() : attributesWithout(tensor.attributes, kHooks);
    if (attributes.empty())
        attributes = {op(Opcode::EmptyDict)};
    Step function = std::move(call.front());
    call.erase(call.begin());
    Steps steps{global("torch._tensor._rebuild_from_type_v2"), op(Opcode::Mark), std::move(function),
                global(type.empty() ? "torch.Tensor" : std::string(type))};
    append(steps, std::move(call));
    append(steps, std::move(attributes));
    steps.push_back(op(Opcode::Tuple));
    return steps;
}

PickleWriting::Steps PickleWriting::hooks(const TensorValue &tensor) const
{
    if (const ValueId hooks = attribute(tensor.attributes, kHooks); hooks.isValid())
        return {value(hooks)};
    return {act([](PickleOutput &out) { out.emptyOrderedDict(); })};
}

// --- storages ---

// ("storage", torch.FloatStorage, key, location, count of elements): torch.save's persistent id. Before 1.6 a sixth
// part said what a view shows; it has long been None.
void PickleWriting::writeStorage(StorageIndex index, DType look, bool untyped)
{
    if (!m_storageMemo.empty() && m_storageMemo[index] != kNoMemo) {
        m_out.get(m_storageMemo[index]);
        return;
    }
    const Storage &storage = m_tree.storages()[index];
    auto &name = m_storages[index];
    if (!name)
        name = m_nameStorage(index);
    m_out.op(Opcode::Mark);
    m_out.text("storage");
    if (untyped)
        m_out.global("torch.storage", "UntypedStorage");
    else
        m_out.global("torch", storageClassName(look));
    m_out.text(name->key);
    m_out.text(name->location);
    m_out.integer(static_cast<std::int64_t>(storage.bytes.value / (untyped ? 1 : dtypeBytes(look))));
    if (m_form == PickleForm::Legacy)
        m_out.op(Opcode::None);
    m_out.op(Opcode::Tuple);
    m_out.op(Opcode::BinPersId);
    if (!m_storageMemo.empty())
        m_storageMemo[index] = m_out.put();
}

bool PickleWriting::isUntyped(StorageIndex storage, DType look) const
{
    return m_mixed[storage] || storageClassName(look).empty();
}

bool PickleWriting::checkTyped(ValueId id, StorageIndex storage, DType look)
{
    if (m_form == PickleForm::Zip || !isUntyped(storage, look))
        return true;
    if (m_mixed[storage])
        fail(id, ErrorCode::Unsupported,
             "it shares its bytes with a tensor of another type, which only the zip format of torch.save can hold");
    else
        fail(id, ErrorCode::Unsupported,
             fmt::format("the format has no elements of type {}; the zip format of torch.save has", dtypeName(look)));
    return false;
}

// torch.load gives a storage the type of its first mention, so one that is looked at in several ways has to go untyped.
void PickleWriting::findMixedStorages()
{
    std::vector<DType> looks(m_mixed.size(), DType::Unknown);
    for (const TensorValue &tensor : m_tree.tensors()) {
        const StorageIndex storage = tensor.ref.storage;
        if (storage == kNoStorage || tensor.ref.layout != TensorLayout::Strided)
            continue;
        m_mixed[storage] = m_mixed[storage] || (looks[storage] != DType::Unknown && looks[storage] != tensor.ref.dtype);
        looks[storage] = tensor.ref.dtype;
    }
}

}  // namespace waypoint

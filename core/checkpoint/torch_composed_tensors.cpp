// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/array_tensors.h"
#include "core/checkpoint/torch_names.h"
#include "core/checkpoint/torch_rules.h"
#include "core/io/random_access_file.h"

#include <utility>

namespace waypoint {

namespace {

struct SparseLayout
{
    std::string_view name;
    TensorLayout layout;
    std::array<std::string_view, 3> parts;  ///< empty where the layout has fewer
};

// torch.Tensor.crow_indices() and its kin: the names under which Python hands the parts out.
constexpr std::array<SparseLayout, 5> kSparseLayouts{{
    {"torch.sparse_coo", TensorLayout::SparseCoo, {"indices", "values", ""}},
    {"torch.sparse_csr", TensorLayout::SparseCsr, {"crow_indices", "col_indices", "values"}},
    {"torch.sparse_csc", TensorLayout::SparseCsc, {"ccol_indices", "row_indices", "values"}},
    {"torch.sparse_bsr", TensorLayout::SparseBsr, {"crow_indices", "col_indices", "values"}},
    {"torch.sparse_bsc", TensorLayout::SparseBsc, {"ccol_indices", "row_indices", "values"}},
}};

// A layout is torch.serialization._get_layout('torch.sparse_coo'), or the bare name.
const SparseLayout *sparseLayout(Value layout)
{
    std::string_view name = layout.text();
    if (layout.is(ValueKind::Object) && layout.className() == "torch.serialization._get_layout")
        name = layout.wrap(layout.object().args).at(0).text();
    for (const SparseLayout &known : kSparseLayouts)
        if (known.name == name)
            return &known;
    return nullptr;
}

// Where the elements are stored as another type than the tensor has on its device (bfloat16 travels as float32),
// the stored type is what can be shown; the other one is kept beside it.
ValueId dtypeAttribute(ValueTree &tree, Value dtype, DType stored)
{
    if (dtypeOfGlobal(dtype).value_or(stored) == stored)
        return {};
    return addNamed(tree, std::array{std::pair<std::string_view, ValueId>("dtype", dtype.id())});
}

}  // namespace

// layout, (indices, values, size[, is_coalesced]) or layout, (compressed indices, plain indices, values, size)
std::optional<TensorValue> rebuildSparse(TorchTypes &types, ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    const SparseLayout *layout = sparseLayout(args[0]);
    if (!layout || !args[1].is(ValueKind::Tuple))
        return std::nullopt;
    const std::size_t partCount = layout->layout == TensorLayout::SparseCoo ? 2 : 3;
    const Value data = args[1];
    std::optional<SmallDims> shape = dimsOf(data.at(partCount), types.limits());
    const Value values = data.at(partCount - 1);
    if (!shape || !values.is(ValueKind::Tensor))
        return std::nullopt;
    TensorValue tensor;
    tensor.ref.dtype = values.tensor().ref.dtype;
    tensor.ref.layout = layout->layout;
    tensor.ref.requiresGrad = values.tensor().ref.requiresGrad;
    tensor.ref.shape = *std::move(shape);
    std::array<std::pair<std::string_view, ValueId>, 4> parts;
    for (std::size_t i = 0; i < partCount; ++i)
        parts[i] = {layout->parts[i], data.at(i).id()};
    if (layout->layout == TensorLayout::SparseCoo)
        parts[partCount] = {"is_coalesced", data.at(3).id()};
    tensor.parts = addNamed(tree, parts);
    return tensor;
}

// buffer, sizes, strides, storage_offsets
std::optional<TensorValue> rebuildNested(TorchTypes &, ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    if (!args[0].is(ValueKind::Tensor) || !args[1].is(ValueKind::Tensor))
        return std::nullopt;
    TensorValue tensor;
    tensor.ref.dtype = args[0].tensor().ref.dtype;
    tensor.ref.layout = TensorLayout::Nested;
    tensor.ref.requiresGrad = args[0].tensor().ref.requiresGrad;
    // Only the number of tensors is the same for all; each has its own sizes.
    if (const SmallDims &sizes = args[1].tensor().ref.shape; !sizes.empty())
        tensor.ref.shape = SmallDims{sizes[0]};
    using Part = std::pair<std::string_view, ValueId>;
    tensor.parts = addNamed(tree, std::array{Part("buffer", args.id(0)), Part("sizes", args.id(1)),
                                             Part("strides", args.id(2)), Part("storage_offsets", args.id(3))});
    return tensor;
}

// storage, storage_offset, size, stride, (scheme, ...), requires_grad, backward_hooks
std::optional<TensorValue> rebuildQuantized(TorchTypes &types, ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    std::optional<TensorRef> ref = stridedRef(types, tree, args);
    const Value parameters = args[4];
    if (!ref || !parameters.is(ValueKind::Tuple))
        return std::nullopt;
    TensorValue tensor;
    tensor.ref = *std::move(ref);
    tensor.ref.requiresGrad = args[5].integer().value_or(0) != 0;
    tensor.quantized = true;
    tensor.quantizer.perChannel = parameters.at(0).text().find("per_channel") != std::string_view::npos;
    if (!tensor.quantizer.perChannel) {
        tensor.quantizer.scale = parameters.at(1).number().value_or(1);
        tensor.quantizer.zeroPoint = parameters.at(2).integer().value_or(0);
        return tensor;
    }
    tensor.quantizer.axis = parameters.at(3).integer().value_or(0);
    using Part = std::pair<std::string_view, ValueId>;
    const Part scales("scales", parameters.at(1).id());
    const Part zeroPoints("zero_points", parameters.at(2).id());
    tensor.parts = addNamed(tree, std::array{scales, zeroPoints});
    return tensor;
}

// ndarray, dtype, device, requires_grad
std::optional<TensorValue> rebuildFromNumpy(TorchTypes &types, ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    if (!args[0].is(ValueKind::Array))
        return std::nullopt;
    const ArrayValue array = tree.array(args.id(0));
    const std::optional<DType> stored = dtypeFromName(array.dtype);
    if (!stored || !array.data.isValid() || tree.kind(array.data) != ValueKind::Bytes)
        return std::nullopt;
    FilePtr file = types.fileOf(tree, array.data);
    Storage storage;
    storage.device = deviceText(args[2]);
    storage.dtype = *stored;
    storage.bigEndian = array.bigEndian;
    storage.present = file != nullptr;
    storage.bytes = tree.byteLength(array.data);
    storage.source = file ? arrayStorageSource(std::move(file)) : nullptr;
    TensorValue tensor;
    tensor.ref.dtype = *stored;
    tensor.ref.requiresGrad = args[3].integer().value_or(0) != 0;
    tensor.ref.shape = array.shape;
    tensor.ref.strides = arrayStrides(array);
    tensor.ref.storage = tree.addStorage(std::move(storage));
    tensor.attributes = dtypeAttribute(tree, args[1], *stored);
    return tensor;
}

// tensor, dtype, device, requires_grad
std::optional<TensorValue> rebuildFromCpuTensor(TorchTypes &, ValueTree &tree, ValueId object)
{
    const CallArgs args(tree, object);
    if (!args[0].is(ValueKind::Tensor))
        return std::nullopt;
    TensorValue tensor = args[0].tensor();
    tensor.ref.requiresGrad = args[3].integer().value_or(0) != 0;
    const std::string device = deviceText(args[2]);
    if (tensor.ref.storage != kNoStorage && !device.empty()) {
        Storage storage = tree.storages()[tensor.ref.storage];
        storage.device = device;
        tensor.ref.storage = tree.addStorage(std::move(storage));
    }
    const ValueId dtype = dtypeAttribute(tree, args[1], tensor.ref.dtype);
    tensor.attributes = joined(tree, tensor.attributes, dtype);
    return tensor;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/torch_types.h"
#include "core/pickle/value.h"

#include <array>

namespace waypoint {

/// torch._utils._rebuild_*, Parameter, subclasses: everything that becomes a Tensor. `types` outlives `rules`.
void addTensorRules(TorchTypes &types, ObjectResolver &rules);
/// torch.Size, torch.device, the list builders of TorchScript: what is no tensor.
void addTorchValueRules(ObjectResolver &rules);

/// What a call was made with. The ids are copied: adding to a tree moves its pools.
class CallArgs
{
public:
    CallArgs(const ValueTree &tree, ValueId object);

    [[nodiscard]] std::size_t count() const { return m_count; }
    /// Invalid beyond the end.
    [[nodiscard]] ValueId id(std::size_t i) const { return i < m_ids.size() ? m_ids[i] : ValueId(); }
    [[nodiscard]] Value operator[](std::size_t i) const { return {*m_tree, id(i)}; }

private:
    const ValueTree *m_tree;
    std::array<ValueId, 10> m_ids;  // no function of torch takes more
    std::size_t m_count = 0;
};

/// A rebuild function: makes a tensor of the call, or nothing where the arguments are not what torch writes.
using TensorRule = std::optional<TensorValue> (*)(TorchTypes &types, ValueTree &tree, ValueId object);

/// The rebuild function of this name ("torch._utils._rebuild_tensor_v2"), or null.
[[nodiscard]] TensorRule tensorRule(std::string_view name);

// The rules whose tensors consist of other tensors (torch_composed_tensors.cpp).
std::optional<TensorValue> rebuildSparse(TorchTypes &types, ValueTree &tree, ValueId object);
std::optional<TensorValue> rebuildNested(TorchTypes &types, ValueTree &tree, ValueId object);
std::optional<TensorValue> rebuildQuantized(TorchTypes &types, ValueTree &tree, ValueId object);
std::optional<TensorValue> rebuildFromNumpy(TorchTypes &types, ValueTree &tree, ValueId object);
std::optional<TensorValue> rebuildFromCpuTensor(TorchTypes &types, ValueTree &tree, ValueId object);

/// storage, offset, size, stride: the first four arguments of every strided rebuild function.
[[nodiscard]] std::optional<TensorRef> stridedRef(TorchTypes &types, const ValueTree &tree, const CallArgs &args);

/// A shape or strides: a Tuple or List of whole numbers; nothing beyond Limits::dimensions.
[[nodiscard]] std::optional<SmallDims> dimsOf(Value tuple, const Limits &limits);

/// A Dict with text keys. Invalid ids are left out; an invalid id where nothing is left.
ValueId addNamed(ValueTree &tree, std::span<const std::pair<std::string_view, ValueId>> named);

/// The pairs of both in one Dict; either may be invalid. Where that would copy much, both stay whole under
/// the keys "attributes" and "state".
ValueId joined(ValueTree &tree, ValueId dict, ValueId more);

/// A storage that is only a device: for tensors that were saved without data.
StorageIndex addAbsentStorage(ValueTree &tree, std::string device, DType dtype);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/salvage/lost_tensors.h"

#include "core/base/checked.h"
#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

/// Whether the pickle has no more than a device to tell, and the writer no more to write.
bool isMeta(const Storage &storage) { return storage.device == "meta" && !storage.source; }

}  // namespace

/// Tensors that a sparse or quantised one is made of.
std::vector<ValueId> TensorVerdicts::partsOf(ValueId tensor) const
{
    std::vector<ValueId> parts;
    const ValueId dict = m_values.tensor(tensor).parts;
    if (!dict.isValid())
        return parts;
    const auto children = m_values.children(dict);
    for (std::size_t i = 1; i < children.size(); i += 2)
        if (m_values.kind(children[i]) == ValueKind::Tensor && children[i] != tensor)
            parts.push_back(children[i]);
    return parts;
}

std::optional<std::string> TensorVerdicts::lossOf(ValueId value) const
{
    if (m_values.kind(value) == ValueKind::Storage) {
        const StorageIndex index = m_values.storageIndex(value);
        return lossOfRange(index, {{}, m_values.storages()[index].bytes});
    }
    if (auto loss = lossOfTensor(value))
        return loss;
    for (const ValueId part : partsOf(value))
        if (auto loss = lossOfTensor(part))
            return loss;
    return std::nullopt;
}

std::optional<std::string> TensorVerdicts::lossOfTensor(ValueId value) const
{
    const TensorRef &tensor = m_values.tensor(value).ref;
    if (tensor.layout == TensorLayout::Wrapper || tensor.layout == TensorLayout::Mkldnn)
        return "its class keeps its data in a way of its own";
    if (tensor.layout != TensorLayout::Strided)
        return std::nullopt;
    if (tensor.storage == kNoStorage)
        return "its data is not in the file";
    const Storage &storage = m_values.storages()[tensor.storage];
    if (isMeta(storage))
        return std::nullopt;
    if (tensor.dtype == DType::Unknown)
        return "its type is not known";
    const auto range = tensor.storageRange();
    if (!range || !liesWithin(*range, storage.bytes))
        return "it reaches beyond its own storage";
    return lossOfRange(tensor.storage, *range);
}

std::optional<std::string> TensorVerdicts::lossOfRange(StorageIndex index, ByteRange range) const
{
    const StorageState &state = m_states[index];
    if (range.length.value == 0 || liesWithin(range, state.there))
        return std::nullopt;
    if (state.there <= ByteCount{range.start.value})
        return state.reason;
    return fmt::format("its bytes end at {} of {}: {}", groupedDigits(state.there.value - range.start.value),
                       groupedDigits(range.length.value), state.reason);
}

bool TensorVerdicts::isChecked(ValueId tensor) const
{
    if (m_values.kind(tensor) == ValueKind::Storage)
        return m_states[m_values.storageIndex(tensor)].checked;
    const auto isOne = [&](ValueId value) {
        const TensorRef &ref = m_values.tensor(value).ref;
        return ref.storage == kNoStorage || ref.elementCount() == 0 || isMeta(m_values.storages()[ref.storage])
               || m_states[ref.storage].checked;
    };
    const auto parts = partsOf(tensor);
    return isOne(tensor) && std::all_of(parts.begin(), parts.end(), isOne);
}

ByteCount TensorVerdicts::bytesOf(ValueId tensor) const
{
    if (m_values.kind(tensor) == ValueKind::Storage)
        return m_values.storages()[m_values.storageIndex(tensor)].bytes;
    const TensorRef &ref = m_values.tensor(tensor).ref;
    if (ref.layout == TensorLayout::Strided && ref.storage != kNoStorage)
        return isMeta(m_values.storages()[ref.storage]) ? ByteCount{} : ref.byteCount();
    ByteCount sum;
    for (const ValueId part : partsOf(tensor))
        sum = {checkedAdd(sum.value, m_values.tensor(part).ref.byteCount().value).value_or(sum.value)};
    return sum;
}

}  // namespace waypoint

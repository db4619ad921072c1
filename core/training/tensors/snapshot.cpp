// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/tensors/snapshot.h"

#include "core/pickle/value_copy.h"
#include "core/training/tensors/tensor_reading.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace waypoint {

namespace {

constexpr std::size_t kBlock = std::size_t(16) << 20;
constexpr std::size_t kAlignment = 64;

/// Bytes that live elsewhere, as a file. Whoever made it keeps them alive.
class MemoryView final : public RandomAccessFile
{
public:
    MemoryView(std::span<const std::byte> bytes, std::shared_ptr<const void> owner)
        : m_bytes(bytes), m_owner(std::move(owner))
    {
    }

    [[nodiscard]] ByteCount size() const override { return {m_bytes.size()}; }
    [[nodiscard]] const std::string &name() const override { return m_name; }
    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        if (at.value >= m_bytes.size())
            return std::size_t(0);
        const std::size_t count = std::min(into.size(), m_bytes.size() - static_cast<std::size_t>(at.value));
        std::memcpy(into.data(), m_bytes.data() + at.value, count);
        return count;
    }

private:
    std::span<const std::byte> m_bytes;
    std::shared_ptr<const void> m_owner;
    std::string m_name = "a tensor in memory";
};

}  // namespace

std::byte *SnapshotBuffer::take(std::size_t bytes)
{
    const std::size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    while (m_block < m_blocks.size() && m_blocks[m_block].second - m_used < rounded) {
        ++m_block;
        m_used = 0;
    }
    if (m_block == m_blocks.size()) {
        const std::size_t size = std::max(kBlock, rounded + kAlignment);
        m_blocks.emplace_back(new std::byte[size], size);  // not make_unique: that would write zeros into every page
        m_used = 0;
    }
    std::byte *const begin = m_blocks[m_block].first.get();
    const std::size_t skew = reinterpret_cast<std::uintptr_t>(begin) % kAlignment;
    if (m_used == 0 && skew != 0)
        m_used = kAlignment - skew;
    std::byte *const taken = begin + m_used;
    m_used += rounded;
    return taken;
}

void SnapshotBuffer::reset()
{
    m_block = 0;
    m_used = 0;
}

std::size_t SnapshotBuffer::capacity() const
{
    std::size_t sum = 0;
    for (const auto &block : m_blocks)
        sum += block.second;
    return sum;
}

/// The copies of a snapshot's tensors; the number of a storage is its record.
class Snapshot::Memory final : public StorageSource, public std::enable_shared_from_this<Memory>
{
public:
    explicit Memory(std::shared_ptr<SnapshotBuffer> buffer) : m_buffer(std::move(buffer)) {}

    std::uint64_t add(const at::Tensor &tensor)
    {
        const std::size_t bytes = tensor.nbytes();
        std::byte *const place = m_buffer->take(bytes);
        if (bytes > 0)
            at::from_blob(place, tensor.sizes(), at::TensorOptions(tensor.scalar_type())).copy_(tensor.detach());
        m_pieces.emplace_back(place, bytes);
        return m_pieces.size() - 1;
    }

    Result<FilePtr> open(std::uint64_t record) const override
    {
        return FilePtr(std::make_shared<MemoryView>(m_pieces[record], shared_from_this()));
    }

private:
    std::shared_ptr<SnapshotBuffer> m_buffer;
    std::vector<std::span<const std::byte>> m_pieces;
};

Snapshot::Snapshot(std::shared_ptr<SnapshotBuffer> buffer)
{
    buffer->reset();
    m_memory = std::make_shared<Memory>(std::move(buffer));
}

Snapshot::~Snapshot() = default;

StorageIndex Snapshot::storageFor(const at::Tensor &tensor)
{
    const bool addressable = tensor.numel() > 0;
    if (addressable)
        for (const auto &[known, storage] : m_known[tensor.data_ptr()])
            if (known.sizes() == tensor.sizes() && known.strides() == tensor.strides()
                && known.scalar_type() == tensor.scalar_type())
                return storage;
    Storage storage;
    storage.key = std::to_string(m_tree.storages().size());
    storage.device = "cpu";
    storage.dtype = dtypeOf(tensor.scalar_type());
    storage.present = true;
    storage.bytes = {tensor.nbytes()};
    storage.source = m_memory;
    storage.record = m_memory->add(tensor);
    const StorageIndex index = m_tree.addStorage(std::move(storage));
    if (addressable)
        m_known[tensor.data_ptr()].emplace_back(tensor, index);
    return index;
}

ValueId Snapshot::addTensor(const at::Tensor &tensor)
{
    TensorValue value;
    value.ref.dtype = dtypeOf(tensor.scalar_type());
    value.ref.storage = storageFor(tensor);
    value.ref.shape = SmallDims(std::span<const std::int64_t>(tensor.sizes().data(), tensor.sizes().size()));
    value.ref.strides = contiguousStrides(value.ref.shape);
    return m_tree.addTensor(std::move(value));
}

ValueId Snapshot::addDict(std::span<const std::pair<std::string, ValueId>> items)
{
    std::vector<ValueId> children;
    children.reserve(items.size() * 2);
    for (const auto &[key, value] : items) {
        children.push_back(m_tree.addStr(key));
        children.push_back(value);
    }
    return m_tree.addContainer(ValueKind::Dict, children);
}

ValueId Snapshot::addOrderedDict(std::span<const std::pair<std::string, ValueId>> items)
{
    const ValueId dict = addDict(items);
    m_tree.setClassName(dict, m_tree.addGlobal("collections", "OrderedDict"));
    return dict;
}

ValueId Snapshot::addCopy(Value value)
{
    return value.isValid() ? ValueCopy(value.tree(), m_tree).copy(value.id()) : m_tree.addNone();
}

}  // namespace waypoint

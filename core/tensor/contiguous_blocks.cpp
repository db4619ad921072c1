// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/contiguous_blocks.h"

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

// Half of what a core's second cache commonly holds. A multiple of every element's size, ...
constexpr std::size_t kBlock = 1u << 19;
constexpr std::size_t kFloat6Block = 3u << 18;  // ... and of four float6 in three bytes

}  // namespace

ContiguousBlocks::ContiguousBlocks(const TensorRef &tensor, const Storage &storage, StorageBytes bytes)
    : m_bytes(std::move(bytes)),
      m_meaning(tensor, storage),
      m_range(*tensor.storageRange()),
      m_blockBytes(dtypeBits(tensor.dtype) == 6 ? kFloat6Block : kBlock)
{
}

Result<ContiguousBlocks> ContiguousBlocks::open(const TensorRef &tensor, const Storage &storage)
{
    if (auto readable = checkElementsReadable(tensor); !readable)
        return readable.error();
    auto bytes = StorageBytes::open(storage);
    if (!bytes)
        return bytes.error();
    if (auto held = bytes->checkHolds(*tensor.storageRange()); !held)
        return held.error();
    return ContiguousBlocks(tensor, storage, *std::move(bytes));
}

std::size_t ContiguousBlocks::count() const
{
    return static_cast<std::size_t>((m_range.length.value + m_blockBytes - 1) / m_blockBytes);
}

ByteCount ContiguousBlocks::bytesOf(std::size_t index) const
{
    const std::uint64_t start = std::uint64_t{index} * m_blockBytes;
    return {std::min<std::uint64_t>(m_blockBytes, m_range.length.value - start)};
}

Result<std::span<const std::byte>> ContiguousBlocks::read(std::size_t index, std::vector<std::byte> &buffer) const
{
    const auto length = static_cast<std::size_t>(bytesOf(index).value);
    if (buffer.size() < length)
        buffer.resize(length);
    const auto block = std::span(buffer).first(length);
    if (auto read = m_bytes.read({m_range.start.value + std::uint64_t{index} * m_blockBytes}, block); !read)
        return read.error();
    m_meaning.apply(block);
    return std::span<const std::byte>(block);
}

}  // namespace waypoint

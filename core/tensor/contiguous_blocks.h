// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/element_access.h"

#include <vector>

namespace waypoint {

/// The elements of a contiguous tensor in blocks of a mebibyte, to be read in any order and from several threads.
class ContiguousBlocks
{
public:
    /// Requires: the tensor is contiguous and has elements; `storage` outlives this. Errors as forEachBlock().
    static Result<ContiguousBlocks> open(const TensorRef &tensor, const Storage &storage);

    [[nodiscard]] std::size_t count() const;
    /// Bytes of every block but the last one, which may have fewer: whole elements, and whole groups of packed ones.
    [[nodiscard]] std::size_t blockBytes() const { return m_blockBytes; }
    [[nodiscard]] ByteCount bytesOf(std::size_t index) const;
    /// Block `index` as the elements are meant. The view is valid until `buffer` is used again.
    Result<std::span<const std::byte>> read(std::size_t index, std::vector<std::byte> &buffer) const;

private:
    ContiguousBlocks(const TensorRef &tensor, const Storage &storage, StorageBytes bytes);

    StorageBytes m_bytes;
    ElementMeaning m_meaning;
    ByteRange m_range;
    std::size_t m_blockBytes;
};

}  // namespace waypoint

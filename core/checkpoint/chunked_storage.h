// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tensor/small_dims.h"
#include "core/tensor/tensor_ref.h"

#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// A block of a tensor that is stored by itself, contiguous and row-major.
struct StorageChunk
{
    SmallDims offsets;        ///< of its first element in the tensor
    SmallDims sizes;          ///< its own shape
    StorageSourcePtr source;  ///< where its bytes are
    std::uint64_t record = 0;
    ByteOffset start;  ///< of its first element within that storage
};

/// A tensor that is stored as blocks, as torch.distributed.checkpoint saves what was spread over several ranks.
struct ChunkedTensor
{
    SmallDims shape;
    unsigned elementBytes = 1;
    std::vector<StorageChunk> chunks;
};

/// What is wrong with the blocks, in words that follow "its blocks": they leave the tensor, or do not fill it.
[[nodiscard]] std::optional<std::string> chunkProblem(const ChunkedTensor &tensor);

/// Storages that are put together from blocks as they are read: record i is the i-th tensor, as one contiguous run
/// of bytes. Nothing is copied beforehand.
class ChunkedStorage final : public StorageSource
{
public:
    /// Returns the record. Requires: chunkProblem() has nothing to say; nobody reads yet.
    std::uint64_t add(ChunkedTensor tensor);

    Result<FilePtr> open(std::uint64_t record) const override;

private:
    std::vector<std::shared_ptr<const ChunkedTensor>> m_tensors;
};

}  // namespace waypoint

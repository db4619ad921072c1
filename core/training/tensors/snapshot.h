// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"
#include "core/training/torch_headers.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace waypoint {

/// Memory that snapshots take turns to use: fresh pages cost ten times what copying into old ones does.
class SnapshotBuffer
{
public:
    /// Room for `bytes` more, at a multiple of 64; valid until reset().
    std::byte *take(std::size_t bytes);
    void reset();
    [[nodiscard]] std::size_t capacity() const;

private:
    std::vector<std::pair<std::unique_ptr<std::byte[]>, std::size_t>> m_blocks;
    std::size_t m_block = 0;
    std::size_t m_used = 0;
};

/// The values of a checkpoint at one moment: the tree that the writer takes, with copies of the tensors, so that
/// training goes on while they are written. Tensors are copied from any device; views of one storage that is added
/// twice (tied weights) share it in the file too.
class Snapshot
{
public:
    explicit Snapshot(std::shared_ptr<SnapshotBuffer> buffer);
    ~Snapshot();
    Snapshot(const Snapshot &) = delete;
    Snapshot &operator=(const Snapshot &) = delete;

    [[nodiscard]] ValueTree &tree() { return m_tree; }
    [[nodiscard]] const ValueTree &tree() const { return m_tree; }

    /// A tensor with its elements as they are now, contiguous, saved as "cpu". A second tensor over the very same
    /// elements (same memory, shape and strides) becomes a second tensor over the same storage.
    ValueId addTensor(const at::Tensor &tensor);
    /// dict of text keys.
    ValueId addDict(std::span<const std::pair<std::string, ValueId>> items);
    /// The same as collections.OrderedDict.
    ValueId addOrderedDict(std::span<const std::pair<std::string, ValueId>> items);
    /// Copies a value of another tree with all it holds, tensors included (their bytes stay in the file they came
    /// from): for what a checkpoint carries and Waypoint does not know. None where the value is invalid.
    ValueId addCopy(Value value);

private:
    class Memory;
    StorageIndex storageFor(const at::Tensor &tensor);

    ValueTree m_tree;
    std::shared_ptr<Memory> m_memory;
    /// By address. The tensors are kept: an address that is free again would be taken for the one it was.
    std::unordered_map<const void *, std::vector<std::pair<at::Tensor, StorageIndex>>> m_known;
};

}  // namespace waypoint

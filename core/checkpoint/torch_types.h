// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/resolve.h"
#include "core/pickle/value.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// What torch puts into a pickle: persistent ids that name storages, and the functions that rebuild tensors from
/// them. One object serves one container: it remembers which storages it has met, so that tensors that
/// shared a storage when they were saved share it again.
///
/// Use rules() with readPickleInto(); one thread.
class TorchTypes
{
public:
    /// Where a container keeps its storages. Called once for each new one, with key, device, dtype and bytes set;
    /// fills in source, record, present and bigEndian. Called again when a later mention announces more bytes.
    using Locate = std::function<void(Storage &storage)>;

    explicit TorchTypes(Locate locate, const Limits &limits = {});
    TorchTypes(const TorchTypes &) = delete;  // the rules point at it
    TorchTypes &operator=(const TorchTypes &) = delete;

    [[nodiscard]] const ObjectResolver &rules() const { return m_rules; }
    /// For a container that has rules of its own besides torch's.
    [[nodiscard]] ObjectResolver &rules() { return m_rules; }

    /// The storage with the key, made and located where it is new. `announced` has key, device, dtype and bytes.
    StorageIndex storage(ValueTree &tree, Storage announced);
    /// The storage with this key, if some persistent id has named it.
    [[nodiscard]] std::optional<StorageIndex> find(std::string_view key) const;

    /// A Storage node may look at a part of its storage (legacy views) or see it as another type.
    struct Look
    {
        DType dtype = DType::Unknown;
        std::int64_t offset = 0;  ///< in elements of dtype
    };
    /// How `storageNode` looks at its storage. Requires: kind is Storage.
    [[nodiscard]] Look lookOf(const ValueTree &tree, ValueId storageNode) const;

    [[nodiscard]] const Limits &limits() const { return m_limits; }

    /// Whether there is room for one more tensor with `dimensions` dimensions. A few bytes of a hostile pickle can
    /// call for one, so this is asked before each.
    [[nodiscard]] bool hasRoom(const ValueTree &tree, std::size_t dimensions);

    /// The bytes of a Bytes node as a file, the same one each time; null where they are in the file as text.
    FilePtr fileOf(const ValueTree &tree, ValueId bytes);

private:
    /// ('storage', class, key, location, numel[, view]) becomes a Storage node, ('module', class, ...) the class.
    void resolvePersistent(ValueTree &tree, ValueId persistent);
    void resolveStorageId(ValueTree &tree, ValueId persistent, Value id);

    /// Where the index of a key is kept, made with kNoStorage where the key is new.
    StorageIndex &slot(std::string_view key);

    Locate m_locate;
    Limits m_limits;
    ObjectResolver m_rules;
    std::vector<StorageIndex> m_byNumber;  ///< by key, for the keys "0", "1", ... that torch.save gives
    std::unordered_map<std::string, StorageIndex> m_byKey;  ///< all other keys
    std::unordered_map<std::uint32_t, Look> m_looks;        ///< by node; only where it differs from the storage's own
    std::unordered_map<std::uint32_t, FilePtr> m_files;     ///< by Bytes node
    std::uint64_t m_heapDims = 0;  ///< bytes of shapes and strides too long for SmallDims itself
};

}  // namespace waypoint

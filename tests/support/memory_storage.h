// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_ref.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace waypoint::test {

/// A storage that is a file of its own, said to lie at a byte of a larger one.
class MemoryStorage final : public StorageSource
{
public:
    explicit MemoryStorage(FilePtr file, std::optional<ByteOffset> at = {}) : m_file(std::move(file)), m_at(at) {}

    Result<FilePtr> open(std::uint64_t) const override { return m_file; }
    std::optional<ByteRange> place(std::uint64_t) const override
    {
        return m_at ? std::optional(ByteRange{*m_at, m_file->size()}) : std::nullopt;
    }

private:
    FilePtr m_file;
    std::optional<ByteOffset> m_at;
};

inline Storage storageOf(FilePtr file, DType dtype = DType::Float32, std::optional<ByteOffset> at = {})
{
    Storage storage;
    storage.key = "0";
    storage.device = "cpu";
    storage.dtype = dtype;
    storage.bytes = file->size();
    storage.present = true;
    storage.source = std::make_shared<const MemoryStorage>(std::move(file), at);
    return storage;
}

}  // namespace waypoint::test

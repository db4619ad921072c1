// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_ref.h"

#include <optional>
#include <utility>

namespace waypoint {

/// One storage whose bytes are at hand: opened already, or made in memory.
class OpenedStorage final : public StorageSource
{
public:
    explicit OpenedStorage(FilePtr file, std::optional<ByteRange> place = {}) : m_file(std::move(file)), m_place(place)
    {
    }

    Result<FilePtr> open(std::uint64_t) const override { return m_file; }
    std::optional<ByteRange> place(std::uint64_t) const override { return m_place; }

private:
    FilePtr m_file;
    std::optional<ByteRange> m_place;
};

}  // namespace waypoint

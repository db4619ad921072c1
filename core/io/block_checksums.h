// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/base/units.h"
#include "core/io/random_access_file.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace waypoint {

/// CRC-32 of every mebibyte of a file, made while it is written, to compare it with when it is read back.
class BlockChecksums
{
public:
    static constexpr std::size_t kBlockBytes = 1u << 20;

    /// What comes next in the file.
    void add(std::span<const std::byte> bytes);

    [[nodiscard]] ByteCount bytes() const { return m_bytes; }
    /// The block with this number: the last one may be short.
    [[nodiscard]] ByteRange range(std::size_t block) const;
    /// Whether these are the bytes of the block.
    [[nodiscard]] bool match(std::size_t block, std::span<const std::byte> content) const;
    /// The block has this content now.
    void replace(std::size_t block, std::span<const std::byte> content);

    /// Reads all of it, on all cores. Corrupt or Truncated at the byte of the first block that is not as it was
    /// written; Cancelled within a block. `progress` counts bytes.
    Result<void> check(const RandomAccessFile &file, const std::stop_token &stop, Progress *progress) const;

private:
    [[nodiscard]] Result<void> checkBlock(const RandomAccessFile &file, std::size_t block,
                                          std::span<std::byte> buffer) const;

    std::vector<std::uint32_t> m_sums;
    ByteCount m_bytes;
};

}  // namespace waypoint

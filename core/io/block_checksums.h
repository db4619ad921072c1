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

/// CRC-32 of a file's blocks, made while it is written, to compare it with when it is read back.
class BlockChecksums
{
public:
    static constexpr std::size_t kMostBytes = 1u << 20;  ///< of a block

    /// What comes next in the file, as blocks of its own.
    void add(std::span<const std::byte> bytes);
    /// The same where its CRC-32 is known.
    void add(std::span<const std::byte> bytes, std::uint32_t crc);

    [[nodiscard]] ByteCount bytes() const { return {m_blocks.empty() ? 0 : m_blocks.back().end}; }
    /// The block that has this byte. Requires: there is one.
    [[nodiscard]] std::size_t blockAt(ByteOffset at) const;
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

    struct Block
    {
        std::uint64_t end;
        std::uint32_t crc;
    };
    std::vector<Block> m_blocks;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/units.h"
#include "core/io/atomic_file.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Writes a zip archive of stored members, as PyTorch's writer lays it out: data starts at a multiple of 64 (padding in
/// an extra field "FB"), zip64 where sizes or counts need it, a fixed time stamp so that equal contents give equal
/// files.
class ZipWriter
{
public:
    explicit ZipWriter(AtomicFile &file);

    /// A member of known size: begin, then pieces that add up to `bytes`, then end. CRC-32 is worked out on the way.
    Result<void> begin(std::string name, ByteCount bytes);
    Result<void> write(std::span<const std::byte> piece);
    Result<void> end();
    /// A whole member.
    Result<void> add(std::string name, std::string_view content);

    /// The central directory. Nothing can be added any more. The file still needs its commit().
    Result<void> finish();

private:
    struct Member
    {
        std::string name;
        std::uint32_t crc = 0;
        std::uint64_t bytes = 0;
        std::uint64_t headerAt = 0;
    };
    AtomicFile *m_file;
    std::vector<Member> m_members;
    std::uint64_t m_left = 0;
};

/// Adds up what an archive takes, before it is written.
class ZipSize
{
public:
    /// In the order of the archive.
    void add(std::string_view name, ByteCount bytes);
    [[nodiscard]] ByteCount total() const;

private:
    std::uint64_t m_members = 0;
    std::uint64_t m_directory = 0;
    std::uint64_t m_count = 0;
};

}  // namespace waypoint

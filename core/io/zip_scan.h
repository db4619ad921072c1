// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/random_access_file.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace waypoint {

/// A member's own header, right before its data.
struct ZipLocalHeader
{
    std::string name;
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint32_t crc = 0;
    std::uint64_t compressed = 0;
    std::uint64_t size = 0;
    ByteOffset data;

    /// PyTorch's writer leaves the numbers zero, says so by bit 3 (or forgets to), and writes them after the data.
    [[nodiscard]] bool sizesAreKnown() const { return compressed != 0 || size != 0; }
};

/// What follows a member's data where its header does not know the size.
struct ZipDescriptor
{
    std::uint32_t crc = 0;
    std::uint64_t compressed = 0;
    std::uint64_t size = 0;
    std::uint64_t length = 0;  ///< of the descriptor itself, 0 where there is none
};

/// Reads a file forwards for the records of a zip archive, through one buffer.
class ZipScan
{
public:
    /// `end`: nothing behind it counts.
    ZipScan(const RandomAccessFile &file, ByteOffset end) : m_file(file), m_end(end.value) {}

    [[nodiscard]] std::uint64_t end() const { return m_end; }

    /// Signature at `at`, 0 where the file ends before.
    Result<std::uint32_t> signatureAt(std::uint64_t at);
    /// The header at `at`; nothing where there is none, or only a part of one.
    Result<std::optional<ZipLocalHeader>> headerAt(std::uint64_t at);
    /// Whether a member or the directory begins at `at`, beyond what a chance signature in the data would show.
    Result<bool> recordAt(std::uint64_t at);
    /// The descriptor at `at` of `length` bytes of data before it.
    Result<std::optional<ZipDescriptor>> descriptorAt(std::uint64_t at, std::uint64_t length, bool stored);
    /// The descriptor without a signature that ends at `at`, its data beginning at `data`.
    Result<std::optional<ZipDescriptor>> bareDescriptorBefore(std::uint64_t at, std::uint64_t data, bool stored);
    /// First byte at or after `from` where a local header, descriptor or directory signature stands; nothing at the
    /// end.
    Result<std::optional<std::uint64_t>> nextSignature(std::uint64_t from);

private:
    /// Bytes from `at` on, `wanted` or as many as there are before the end.
    Result<std::span<const std::byte>> view(std::uint64_t at, std::size_t wanted, std::size_t readAhead);

    const RandomAccessFile &m_file;
    std::uint64_t m_end;
    std::uint64_t m_bufferStart = 0;
    std::size_t m_filled = 0;
    std::vector<std::byte> m_buffer;
};

}  // namespace waypoint

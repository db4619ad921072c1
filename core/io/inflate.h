// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/random_access_file.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace waypoint {

/// No deflate stream yields more bytes for one byte of its own: 258 bytes for two bits.
inline constexpr std::uint64_t kMostInflation = 1032;

/// Unpacks raw deflate data (RFC 1951) of a file from front to back, in constant memory. One thread.
class InflateStream
{
public:
    /// Requires: `file` outlives this.
    InflateStream(const RandomAccessFile &file, ByteRange packed);
    ~InflateStream();
    InflateStream(const InflateStream &) = delete;
    InflateStream &operator=(const InflateStream &) = delete;

    /// Fills `into`; fewer bytes mean that the stream came to its end.
    /// Truncated where the packed bytes end before the stream does, Corrupt where they are no deflate data.
    Result<std::size_t> read(std::span<std::byte> into);

    /// Bytes that the last read() unpacked before it failed.
    [[nodiscard]] std::size_t unpackedBeforeError() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace waypoint

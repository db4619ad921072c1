// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/random_access_file.h"

#include <optional>
#include <stop_token>

namespace waypoint {

/// What reading a run of bytes tells about it.
struct ByteSum
{
    std::uint32_t crc = 0;    ///< CRC-32 of all that could be read
    ByteCount length;         ///< bytes that could be read
    std::uint64_t zeros = 0;  ///< at its end
    std::optional<Error> error;
};

/// Reads the first `length` bytes of a file once, in blocks, on up to `threads` threads (0: all cores). Stopped, it
/// returns early with whatever it has.
ByteSum sumOf(const RandomAccessFile &file, ByteCount length, unsigned threads, const std::stop_token &stop);

}  // namespace waypoint

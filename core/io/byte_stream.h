// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/random_access_file.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace waypoint {

/// Reads a file from front to back through a buffer, for formats that are streams: a pickle, a tar.
/// One thread.
class ByteStream
{
public:
    explicit ByteStream(FilePtr file, ByteOffset start = {});

    /// Position of the next byte in the file.
    [[nodiscard]] ByteOffset position() const;
    /// Bytes between position() and the end of the file.
    [[nodiscard]] ByteCount remaining() const;
    [[nodiscard]] const FilePtr &file() const { return m_file; }

    /// The next `length` bytes, or Truncated. The view is valid until the next call.
    /// Memory is taken only after `length` was compared with what remains.
    Result<std::string_view> take(ByteCount length);
    /// The bytes up to the next '\n', without it; Truncated where there is none, TooLarge beyond `longest`.
    Result<std::string_view> takeLine(ByteCount longest);
    /// Next byte, or Truncated.
    Result<std::byte> takeByte();
    /// Goes on without reading; Truncated where the file ends before.
    Result<void> skip(ByteCount length);

    /// The next `length` bytes where they are in memory already, else null and nothing is taken: ask take() then.
    /// For loops that read a few bytes millions of times.
    const char *takeBuffered(std::size_t length)
    {
        if (length > m_filled - m_next)
            return nullptr;
        const char *bytes = m_buffer.data() + m_next;
        m_next += length;
        return bytes;
    }

private:
    Result<void> fill(std::size_t atLeast);
    [[nodiscard]] Error truncated(ByteCount expected, ByteOffset end) const;

    FilePtr m_file;
    ByteOffset m_bufferStart;
    std::vector<char> m_buffer;
    std::size_t m_next = 0;    ///< next unread byte of m_buffer
    std::size_t m_filled = 0;  ///< bytes of m_buffer that are valid
};

}  // namespace waypoint

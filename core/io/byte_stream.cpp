// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/byte_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>

namespace waypoint {

namespace {

constexpr std::size_t kBufferBytes = 256u << 10;

}  // namespace

ByteStream::ByteStream(FilePtr file, ByteOffset start) : m_file(std::move(file)), m_bufferStart(start) {}

ByteOffset ByteStream::position() const { return m_bufferStart + ByteCount{m_next}; }

ByteCount ByteStream::remaining() const
{
    const std::uint64_t size = m_file->size().value;
    const std::uint64_t next = position().value;
    return {next < size ? size - next : 0};
}

Result<std::string_view> ByteStream::take(ByteCount length)
{
    if (length.value > m_filled - m_next) {
        if (length > remaining())
            return truncated(length, position() + remaining());
        if (auto filled = fill(static_cast<std::size_t>(length.value)); !filled)
            return filled.error();
    }
    const std::string_view bytes(m_buffer.data() + m_next, static_cast<std::size_t>(length.value));
    m_next += bytes.size();
    return bytes;
}

Result<std::string_view> ByteStream::takeLine(ByteCount longest)
{
    std::size_t searched = 0;
    while (true) {
        const char *start = m_buffer.data() + m_next;
        const std::size_t available = m_filled - m_next;
        if (const void *end =
                available > searched ? std::memchr(start + searched, '\n', available - searched) : nullptr) {
            const std::string_view line(start, static_cast<std::size_t>(static_cast<const char *>(end) - start));
            if (line.size() > longest.value)
                break;
            m_next += line.size() + 1;
            return line;
        }
        if (available > longest.value)
            break;
        searched = available;
        const std::uint64_t left = remaining().value;
        if (left <= available)
            return Error{ErrorCode::Truncated,
                         fmt::format("the file ends at byte {} inside a line", position().value + left),
                         position() + ByteCount{left},
                         {},
                         {}};
        const std::uint64_t wanted = std::max<std::uint64_t>(kBufferBytes, 2 * std::uint64_t(available));
        if (auto filled = fill(static_cast<std::size_t>(std::min(wanted, left))); !filled)
            return filled.error();
    }
    return Error{ErrorCode::TooLarge, fmt::format("a line of more than {} bytes", longest.value), position(), {}, {}};
}

Result<std::byte> ByteStream::takeByte()
{
    auto bytes = take({1});
    if (!bytes)
        return bytes.error();
    return static_cast<std::byte>(bytes->front());
}

Result<void> ByteStream::skip(ByteCount length)
{
    if (length > remaining())
        return truncated(length, position() + remaining());
    if (length.value <= m_filled - m_next) {
        m_next += static_cast<std::size_t>(length.value);
    } else {
        m_bufferStart = position() + length;
        m_next = 0;
        m_filled = 0;
    }
    return {};
}

/// Makes at least `atLeast` bytes available from m_next on. Requires: so many remain in the file.
Result<void> ByteStream::fill(std::size_t atLeast)
{
    const std::size_t kept = m_filled - m_next;
    std::copy(m_buffer.begin() + static_cast<std::ptrdiff_t>(m_next),
              m_buffer.begin() + static_cast<std::ptrdiff_t>(m_filled), m_buffer.begin());
    m_bufferStart = position();
    m_next = 0;
    m_filled = kept;

    const std::uint64_t useful = std::min<std::uint64_t>(kBufferBytes, remaining().value);
    if (m_buffer.size() < std::max<std::uint64_t>(atLeast, useful))
        m_buffer.resize(static_cast<std::size_t>(std::max<std::uint64_t>(atLeast, useful)));
    while (m_filled < atLeast) {
        const auto got = m_file->readAt(m_bufferStart + ByteCount{m_filled},
                                        std::as_writable_bytes(std::span(m_buffer).subspan(m_filled)));
        if (!got)
            return got.error();
        if (*got == 0)  // it was longer when it was opened
            return truncated({atLeast}, m_bufferStart + ByteCount{m_filled});
        m_filled += *got;
    }
    return {};
}

Error ByteStream::truncated(ByteCount expected, ByteOffset end) const
{
    return {ErrorCode::Truncated,
            fmt::format("the file ends at byte {}; {} bytes were expected from byte {} on", end.value, expected.value,
                        position().value),
            end,
            {},
            {}};
}

}  // namespace waypoint

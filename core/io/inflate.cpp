// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/inflate.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <zlib.h>

namespace waypoint {

namespace {

constexpr std::size_t kInputBlock = 256u << 10;

}  // namespace

struct InflateStream::State
{
    const RandomAccessFile &file;
    std::uint64_t next;  ///< byte of the file to read next
    std::uint64_t end;
    std::vector<std::byte> input;
    z_stream stream{};
    bool ready = false;
    bool finished = false;
    std::size_t unpacked = 0;

    /// Reads on where the stream has used up its input.
    Result<void> feed()
    {
        if (stream.avail_in > 0)
            return {};
        const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(kInputBlock, end - next));
        input.resize(length);
        auto got = file.readAt({next}, input);
        if (!got)
            return got.error();
        next += *got;
        stream.next_in = reinterpret_cast<Bytef *>(input.data());
        stream.avail_in = static_cast<uInt>(*got);
        if (*got == 0)
            return Error{ErrorCode::Truncated, "zip: the packed data ends early", ByteOffset{next}};
        return {};
    }

    [[nodiscard]] ByteOffset position() const { return {next - stream.avail_in}; }
};

InflateStream::InflateStream(const RandomAccessFile &file, ByteRange packed)
    : m_state(new State{
        .file = file, .next = packed.start.value, .end = packed.start.value + packed.length.value, .input = {}})
{
    m_state->ready = inflateInit2(&m_state->stream, -MAX_WBITS) == Z_OK;
}

InflateStream::~InflateStream()
{
    if (m_state->ready)
        inflateEnd(&m_state->stream);
}

std::size_t InflateStream::unpackedBeforeError() const { return m_state->unpacked; }

Result<std::size_t> InflateStream::read(std::span<std::byte> into)
{
    auto &state = *m_state;
    state.unpacked = 0;
    if (!state.ready)
        return Error{ErrorCode::TooLarge, "zip: there is not enough memory to unpack"};
    while (state.unpacked < into.size() && !state.finished) {
        if (auto fed = state.feed(); !fed)
            return fed.error();
        const auto room = std::min<std::size_t>(into.size() - state.unpacked, std::numeric_limits<uInt>::max());
        state.stream.next_out = reinterpret_cast<Bytef *>(into.data() + state.unpacked);
        state.stream.avail_out = static_cast<uInt>(room);
        const int status = inflate(&state.stream, Z_NO_FLUSH);
        state.unpacked += room - state.stream.avail_out;
        if (status == Z_STREAM_END)
            state.finished = true;
        else if (status == Z_MEM_ERROR)
            return Error{ErrorCode::TooLarge, "zip: there is not enough memory to unpack"};
        else if (status != Z_OK && status != Z_BUF_ERROR)
            return Error{ErrorCode::Corrupt, "zip: the packed data is damaged", state.position()};
    }
    return state.unpacked;
}

}  // namespace waypoint

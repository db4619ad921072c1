// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/written_end.h"

#include <algorithm>

namespace waypoint {

namespace {

/// Zeros from a sector's start to a file's end may be all that was lost; fewer than this are some element's.
constexpr std::uint64_t kLeastOfSector = 32;

}  // namespace

Result<ByteOffset> writtenEnd(const RandomAccessFile &file)
{
    constexpr std::uint64_t kFirstChunk = 4096;  // nearly always enough
    constexpr std::uint64_t kChunk = 1u << 20;
    auto end = file.size().value;
    for (auto chunk = kFirstChunk; end > 0; chunk = kChunk) {
        const auto length = std::min(chunk, end);
        auto bytes = readRange(file, {{end - length}, {length}});
        if (!bytes)
            return bytes.error();
        const auto last = std::find_if(bytes->rbegin(), bytes->rend(), [](auto byte) { return byte != std::byte{0}; });
        end -= static_cast<std::uint64_t>(last - bytes->rbegin());
        if (last != bytes->rend())
            break;
    }
    const auto size = file.size().value;
    const bool isLastSector = size - end >= kLeastOfSector && size - end >= size % kZeroTail;
    return ByteOffset{size - end >= kZeroTail || isLastSector ? end : size};
}

}  // namespace waypoint

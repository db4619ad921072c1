// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/block_checksums.h"

#include "core/io/crc32.h"
#include "core/io/parallel_blocks.h"

#include <algorithm>
#include <cassert>

namespace waypoint {

void BlockChecksums::add(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const std::size_t filled = m_bytes.value % kBlockBytes;
        if (filled == 0)
            m_sums.push_back(0);
        const auto part = bytes.first(std::min(bytes.size(), kBlockBytes - filled));
        m_sums.back() = crc32(m_sums.back(), part);
        m_bytes.value += part.size();
        bytes = bytes.subspan(part.size());
    }
}

ByteRange BlockChecksums::range(std::size_t block) const
{
    assert(block < m_sums.size());
    const std::uint64_t start = std::uint64_t{block} * kBlockBytes;
    return {{start}, {std::min<std::uint64_t>(kBlockBytes, m_bytes.value - start)}};
}

bool BlockChecksums::match(std::size_t block, std::span<const std::byte> content) const
{
    return content.size() == range(block).length.value && crc32(0, content) == m_sums[block];
}

void BlockChecksums::replace(std::size_t block, std::span<const std::byte> content)
{
    assert(content.size() == range(block).length.value);
    m_sums[block] = crc32(0, content);
}

Result<void> BlockChecksums::checkBlock(const RandomAccessFile &file, std::size_t block,
                                        std::span<std::byte> buffer) const
{
    const ByteRange wanted = range(block);
    const std::span content = buffer.first(static_cast<std::size_t>(wanted.length.value));
    const Result<std::size_t> got = file.readAt(wanted.start, content);
    if (!got)
        return got.error();
    if (*got < content.size())
        return Error{ErrorCode::Truncated, "it is shorter than what was written", wanted.start + ByteCount{*got}};
    if (!match(block, content))
        return Error{ErrorCode::Corrupt,
                     "what was written reads back differently",
                     wanted.start,
                     "Check the disk and the system's log, and choose another disk meanwhile.",
                     {}};
    return {};
}

Result<void> BlockChecksums::check(const RandomAccessFile &file, const std::stop_token &stop, Progress *progress) const
{
    if (file.size() != m_bytes)
        return Error{ErrorCode::Truncated, "it does not have the size that was written"};
    return inParallel(m_sums.size(), kBlockBytes, stop, [&](std::size_t block, std::span<std::byte> buffer) {
        Result<void> sound = checkBlock(file, block, buffer);
        if (sound && progress)
            progress->done += range(block).length.value;
        return sound;
    });
}

}  // namespace waypoint

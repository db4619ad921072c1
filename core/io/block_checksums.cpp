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
        const auto block = bytes.first(std::min(bytes.size(), kMostBytes));
        m_blocks.push_back({this->bytes().value + block.size(), crc32(0, block)});
        bytes = bytes.subspan(block.size());
    }
}

void BlockChecksums::add(std::span<const std::byte> bytes, std::uint32_t crc)
{
    if (bytes.size() > kMostBytes)
        add(bytes);
    else if (!bytes.empty())
        m_blocks.push_back({this->bytes().value + bytes.size(), crc});
}

std::size_t BlockChecksums::blockAt(ByteOffset at) const
{
    assert(at.value < bytes().value);
    const auto found = std::ranges::upper_bound(m_blocks, at.value, {}, &Block::end);
    return static_cast<std::size_t>(found - m_blocks.begin());
}

ByteRange BlockChecksums::range(std::size_t block) const
{
    assert(block < m_blocks.size());
    const std::uint64_t start = block == 0 ? 0 : m_blocks[block - 1].end;
    return {{start}, {m_blocks[block].end - start}};
}

bool BlockChecksums::match(std::size_t block, std::span<const std::byte> content) const
{
    return content.size() == range(block).length.value && crc32(0, content) == m_blocks[block].crc;
}

void BlockChecksums::replace(std::size_t block, std::span<const std::byte> content)
{
    assert(content.size() == range(block).length.value);
    m_blocks[block].crc = crc32(0, content);
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
    if (file.size() != bytes())
        return Error{ErrorCode::Truncated, "it does not have the size that was written"};
    return inParallel(m_blocks.size(), kMostBytes, stop, [&](std::size_t block, std::span<std::byte> buffer) {
        Result<void> sound = checkBlock(file, block, buffer);
        if (sound && progress)
            progress->done += range(block).length.value;
        return sound;
    });
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/latin1_file.h"

#include <algorithm>
#include <array>
#include <vector>

namespace waypoint {

namespace {

constexpr std::size_t kBlock = 64u << 10;

/// Characters below U+0080 take one byte of UTF-8, those up to U+00FF two, the first of them 0xC2 or 0xC3.
class Latin1File final : public RandomAccessFile
{
public:
    Latin1File(FilePtr file, ByteRange range, std::string name)
        : m_file(std::move(file)), m_range(range), m_name(std::move(name))
    {
    }

    [[nodiscard]] ByteCount size() const override { return m_size; }
    [[nodiscard]] const std::string &name() const override { return m_name; }
    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override;

    /// Notes where each block of text begins in decoded bytes. Requires: called once, before use.
    Result<void> measure();

private:
    Result<std::size_t> textAt(std::uint64_t at, std::span<std::byte> into) const
    {
        const std::uint64_t left = at < m_range.length.value ? m_range.length.value - at : 0;
        return m_file->readAt({m_range.start.value + at}, into.first(std::min<std::uint64_t>(into.size(), left)));
    }
    [[nodiscard]] Error wrongCharacter(std::uint64_t at) const
    {
        return {.code = ErrorCode::Corrupt,
                .detail = "bytes written as text hold a character that stands for no byte",
                .at = ByteOffset{m_range.start.value + at},
                .advice = {},
                .file = {}};
    }

    FilePtr m_file;
    ByteRange m_range;
    std::string m_name;
    ByteCount m_size;
    std::vector<std::uint64_t> m_blockStarts;  ///< decoded position of the first character that begins in block i
};

bool isContinuation(std::byte byte) { return (std::to_integer<unsigned>(byte) & 0xc0u) == 0x80; }

Result<void> Latin1File::measure()
{
    std::vector<std::byte> block(std::min<std::uint64_t>(kBlock, m_range.length.value));
    bool pending = false;  // the last byte began a character of two bytes
    std::uint64_t decoded = 0;
    for (std::uint64_t at = 0; at < m_range.length.value;) {
        const auto got = textAt(at, block);
        if (!got)
            return got.error();
        if (*got == 0)
            return Error{.code = ErrorCode::Truncated,
                         .detail = "bytes written as text end early",
                         .at = ByteOffset{m_range.start.value + at},
                         .advice = {},
                         .file = {}};
        m_blockStarts.push_back(decoded);
        for (std::size_t i = 0; i < *got; ++i) {
            const auto byte = std::to_integer<unsigned>(block[i]);
            if (pending != isContinuation(block[i]) || (byte >= 0x80 && !pending && byte != 0xc2 && byte != 0xc3))
                return wrongCharacter(at + i);
            pending = byte >= 0xc0;
            decoded += pending || byte < 0x80 ? 1 : 0;
        }
        // Blocks stay aligned to kBlock: a short read in the middle is completed by reading the block again.
        if (*got < block.size() && at + *got < m_range.length.value)
            return Error{.code = ErrorCode::ReadFailed,
                         .detail = "the file became shorter while it was read",
                         .at = ByteOffset{m_range.start.value + at + *got},
                         .advice = {},
                         .file = {}};
        at += *got;
    }
    if (pending)
        return wrongCharacter(m_range.length.value);
    m_size = {decoded};
    return {};
}

Result<std::size_t> Latin1File::readAt(ByteOffset at, std::span<std::byte> into) const
{
    if (at >= ByteOffset{m_size.value} || into.empty())
        return std::size_t{0};
    const auto after = std::upper_bound(m_blockStarts.begin(), m_blockStarts.end(), at.value);
    auto block = static_cast<std::size_t>(after - m_blockStarts.begin()) - 1;
    std::uint64_t position = m_blockStarts[block];
    std::vector<std::byte> text(kBlock + 1);  // one more: a character may begin at the block's last byte
    std::size_t written = 0;
    for (; block < m_blockStarts.size() && written < into.size(); ++block) {
        const auto got = textAt(block * kBlock, text);
        if (!got)
            return got.error();
        for (std::size_t i = 0; i < std::min(*got, kBlock) && written < into.size(); ++i) {
            if (isContinuation(text[i]))
                continue;
            if (position++ < at.value)
                continue;
            const auto byte = std::to_integer<unsigned>(text[i]);
            if (byte >= 0x80 && i + 1 >= *got)
                return written;
            const unsigned low = byte < 0x80 ? 0 : std::to_integer<unsigned>(text[i + 1]) & 0x3fu;
            into[written++] = static_cast<std::byte>(byte < 0x80 ? byte : (byte & 0x03u) << 6 | low);
        }
    }
    return written;
}

}  // namespace

Result<FilePtr> latin1File(FilePtr file, ByteRange range, std::string name)
{
    auto decoded = std::make_shared<Latin1File>(std::move(file), range, std::move(name));
    if (const auto measured = decoded->measure(); !measured)
        return measured.error();
    return FilePtr(std::move(decoded));
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_scan.h"

#include "core/io/zip_format.h"

#include <algorithm>
#include <cstring>

namespace waypoint {

namespace {

constexpr std::size_t kHeaderReadAhead = 512;  // a header with its name and padding, seldom more
constexpr std::size_t kScanReadAhead = 1u << 20;
constexpr std::size_t kLongestDescriptor = 24;
constexpr std::size_t kLongestPlausibleName = 4096;

bool isKnownMethod(std::uint16_t method) { return method <= 20 || (method >= 93 && method <= 99); }

bool looksLikeName(std::string_view name)
{
    return !name.empty() && name.size() <= kLongestPlausibleName
           && std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x20; });
}

/// Position of the next "PK" + local header, descriptor or directory record that lies wholly in `bytes`, or its size.
std::size_t findSignature(std::span<const std::byte> bytes)
{
    std::size_t at = 0;
    while (at + 4 <= bytes.size()) {
        const auto *hit = std::memchr(bytes.data() + at, 'P', bytes.size() - at - 3);
        if (!hit)
            break;
        at = static_cast<std::size_t>(static_cast<const std::byte *>(hit) - bytes.data());
        const auto signature = zip::u32(bytes, at);
        if (signature == zip::kLocalHeader || signature == zip::kDataDescriptor || signature == zip::kCentralHeader)
            return at;
        ++at;
    }
    return bytes.size();
}

/// The numbers of a descriptor that agree with where it stands. `tail` begins after its CRC.
std::optional<ZipDescriptor> matching(std::uint32_t crc, std::uint64_t compressed, std::uint64_t size,
                                      std::uint64_t dataLength, bool stored, std::uint64_t length)
{
    if (compressed != dataLength || (stored && size != compressed))
        return std::nullopt;
    return ZipDescriptor{.crc = crc, .compressed = compressed, .size = size, .length = length};
}

}  // namespace

Result<std::span<const std::byte>> ZipScan::view(std::uint64_t at, std::size_t wanted, std::size_t readAhead)
{
    const auto left = at < m_end ? m_end - at : 0;
    wanted = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, left));
    if (at < m_bufferStart || at - m_bufferStart > m_filled || m_filled - (at - m_bufferStart) < wanted) {
        const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(std::max(wanted, readAhead), left));
        if (m_buffer.size() < length)
            m_buffer.resize(length);
        auto got = m_file.readAt({at}, std::span(m_buffer).first(length));
        if (!got)
            return got.error();
        m_bufferStart = at;
        m_filled = *got;
        // The file became shorter since it was opened: what is gone is beyond the end.
        if (*got < length)
            m_end = at + *got;
        wanted = std::min(wanted, m_filled);
    }
    return std::span<const std::byte>(m_buffer).subspan(static_cast<std::size_t>(at - m_bufferStart), wanted);
}

Result<std::uint32_t> ZipScan::signatureAt(std::uint64_t at)
{
    auto bytes = view(at, 4, kHeaderReadAhead);
    if (!bytes)
        return bytes.error();
    return bytes->size() < 4 ? 0u : zip::u32(*bytes, 0);
}

Result<std::optional<ZipLocalHeader>> ZipScan::headerAt(std::uint64_t at)
{
    const std::optional<ZipLocalHeader> none;
    auto bytes = view(at, zip::kLocalHeaderSize, kHeaderReadAhead);
    if (!bytes)
        return bytes.error();
    if (bytes->size() < zip::kLocalHeaderSize || zip::u32(*bytes, 0) != zip::kLocalHeader)
        return none;
    const std::size_t name = zip::u16(*bytes, 26);
    const std::size_t extra = zip::u16(*bytes, 28);
    const auto whole = zip::kLocalHeaderSize + name + extra;
    bytes = view(at, whole, kHeaderReadAhead);
    if (!bytes)
        return bytes.error();
    if (bytes->size() < whole)
        return none;
    zip::Extent extent{.size = zip::u32(*bytes, 22), .compressed = zip::u32(*bytes, 18)};
    zip::applyZip64(extent, bytes->subspan(zip::kLocalHeaderSize + name));
    return std::optional(ZipLocalHeader{.name = std::string(zip::text(bytes->subspan(zip::kLocalHeaderSize, name))),
                                        .flags = zip::u16(*bytes, 6),
                                        .method = zip::u16(*bytes, 8),
                                        .crc = zip::u32(*bytes, 14),
                                        .compressed = extent.compressed,
                                        .size = extent.size,
                                        .data = {at + whole}});
}

Result<bool> ZipScan::recordAt(std::uint64_t at)
{
    auto bytes = view(at, zip::kCentralHeaderSize + kLongestPlausibleName, kHeaderReadAhead);
    if (!bytes)
        return bytes.error();
    if (bytes->size() < zip::kLocalHeaderSize)
        return false;
    const bool local = zip::u32(*bytes, 0) == zip::kLocalHeader;
    if (!local && (zip::u32(*bytes, 0) != zip::kCentralHeader || bytes->size() < zip::kCentralHeaderSize))
        return false;
    const std::size_t method = local ? 8 : 10;
    const std::size_t fixed = local ? zip::kLocalHeaderSize : zip::kCentralHeaderSize;
    const std::size_t name = zip::u16(*bytes, local ? 26 : 28);
    return isKnownMethod(zip::u16(*bytes, method)) && fixed + name <= bytes->size()
           && looksLikeName(zip::text(bytes->subspan(fixed, name)));
}

Result<std::optional<ZipDescriptor>> ZipScan::descriptorAt(std::uint64_t at, std::uint64_t length, bool stored)
{
    auto bytes = view(at, kLongestDescriptor + 4, kHeaderReadAhead);
    if (!bytes)
        return bytes.error();
    std::optional<ZipDescriptor> found;
    if (bytes->size() < 16 || zip::u32(*bytes, 0) != zip::kDataDescriptor)
        return found;
    const auto crc = zip::u32(*bytes, 4);
    if (bytes->size() >= kLongestDescriptor)
        found = matching(crc, zip::u64(*bytes, 8), zip::u64(*bytes, 16), length, stored, kLongestDescriptor);
    const auto narrow = matching(crc, zip::u32(*bytes, 8), zip::u32(*bytes, 12), length, stored, 16);
    // Both agree for an empty member: then what follows decides.
    const bool recordFollows = bytes->size() >= 20 && zip::text(*bytes).substr(16, 2) == "PK";
    if (narrow && (!found || recordFollows))
        found = narrow;
    return found;
}

Result<std::optional<ZipDescriptor>> ZipScan::bareDescriptorBefore(std::uint64_t at, std::uint64_t data, bool stored)
{
    std::optional<ZipDescriptor> found;
    const auto length = at - data;
    if (length < 12)
        return found;
    const auto start = at - std::min<std::uint64_t>(length, 20);
    auto bytes = readRange(m_file, {{start}, {at - start}});
    if (!bytes)
        return bytes.error();
    const std::span<const std::byte> all(*bytes);
    if (length >= 20)
        found = matching(zip::u32(all, 0), zip::u64(all, 4), zip::u64(all, 12), length - 20, stored, 20);
    if (!found) {
        const auto narrow = all.last(12);
        found = matching(zip::u32(narrow, 0), zip::u32(narrow, 4), zip::u32(narrow, 8), length - 12, stored, 12);
    }
    return found;
}

Result<std::optional<std::uint64_t>> ZipScan::nextSignature(std::uint64_t from)
{
    while (from < m_end) {
        // What the buffer still holds first: signatures that lie close together cost no read each.
        const bool buffered = from >= m_bufferStart && from + 4 <= m_bufferStart + m_filled;
        const auto wanted = buffered ? static_cast<std::size_t>(m_bufferStart + m_filled - from) : kScanReadAhead;
        auto bytes = view(from, wanted, kScanReadAhead);
        if (!bytes)
            return bytes.error();
        const auto found = findSignature(*bytes);
        if (found < bytes->size())
            return std::optional(from + found);
        if (bytes->size() < 4 || from + bytes->size() >= m_end)
            break;
        from += bytes->size() - 3;
    }
    return std::optional<std::uint64_t>{};
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_archive.h"

#include "core/base/checked.h"
#include "core/base/printable.h"
#include "core/io/crc32.h"
#include "core/io/inflate.h"
#include "core/io/zip_directory.h"
#include "core/io/zip_format.h"
#include "core/io/zip_recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <chrono>
#include <cstring>
#include <exception>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kBlock = 1u << 20;

std::uint64_t mixed(std::uint64_t a, std::uint64_t b)
{
    __extension__ using Wide = unsigned __int128;
    const auto product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Seeded, so that a file cannot bring names that all fall into one place.
std::uint64_t hashOf(std::string_view name, std::uint64_t seed)
{
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15u;
    auto hash = mixed(seed ^ name.size(), kOdd);
    while (!name.empty()) {
        std::uint64_t word = 0;
        const auto length = std::min(name.size(), sizeof word);
        std::memcpy(&word, name.data(), length);
        hash = mixed(hash ^ word, seed | 1u) + kOdd;
        name.remove_prefix(length);
    }
    return mixed(hash, kOdd);
}

std::uint64_t newSeed(const void *address)
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    return mixed(static_cast<std::uint64_t>(now) | 1u, std::bit_cast<std::uintptr_t>(address) | 1u);
}

std::string methodName(std::uint16_t method)
{
    switch (method) {
    case 1:
        return "shrink";
    case 6:
        return "implode";
    case 9:
        return "deflate64";
    case 12:
        return "bzip2";
    case 14:
        return "LZMA";
    case 93:
        return "zstandard";
    case 95:
        return "xz";
    case 98:
        return "PPMd";
    case 99:
        return "AES encryption";
    default:
        return fmt::format("method {}", method);
    }
}

Error outOfMemory(ErrorCode code = ErrorCode::TooLarge) { return {code, "zip: there is not enough memory"}; }

/// A member's unpacked bytes from front to back, stored or deflated.
class MemberBytes
{
public:
    MemberBytes(const RandomAccessFile &file, ByteRange packed, bool deflated) : m_file(file), m_packed(packed)
    {
        if (deflated)
            m_inflate = std::make_unique<InflateStream>(file, packed);
    }

    /// Fills `into`; fewer bytes mean the end.
    Result<std::size_t> read(std::span<std::byte> into)
    {
        if (m_inflate)
            return m_inflate->read(into);
        const auto left = m_packed.length.value - m_done;
        const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left));
        auto got = m_file.readAt({m_packed.start.value + m_done}, into.first(length));
        if (got)
            m_done += *got;
        return got;
    }

private:
    const RandomAccessFile &m_file;
    ByteRange m_packed;
    std::uint64_t m_done = 0;
    std::unique_ptr<InflateStream> m_inflate;
};

}  // namespace

Result<std::shared_ptr<const ZipArchive>> ZipArchive::open(FilePtr file, const Limits &limits)
{
    try {
        auto directory = readZipDirectory(*file, limits);
        return make(std::move(file), limits, std::move(directory));
    } catch (const std::exception &) {
        return outOfMemory();
    }
}

Result<std::shared_ptr<const ZipArchive>> ZipArchive::openByWalking(FilePtr file, const Limits &limits)
{
    try {
        auto directory = recoverZipDirectory(*file, {}, limits, std::nullopt);
        return make(std::move(file), limits, std::move(directory));
    } catch (const std::exception &) {
        return outOfMemory();
    }
}

Result<std::shared_ptr<const ZipArchive>> ZipArchive::make(FilePtr file, const Limits &limits,
                                                           Result<ZipDirectory> directory)
{
    if (!directory)
        return directory.error();
    std::shared_ptr<ZipArchive> archive(new ZipArchive(std::move(file), limits, *std::move(directory)));
    archive->indexNames();
    return std::shared_ptr<const ZipArchive>(std::move(archive));
}

ZipArchive::ZipArchive(FilePtr file, const Limits &limits, ZipDirectory directory)
    : m_file(std::move(file)), m_limits(limits), m_directory(std::move(directory))
{
}

void ZipArchive::indexNames()
{
    m_seed = newSeed(this);
    const auto &entries = m_directory.entries;
    m_slots.assign(std::bit_ceil(2 * entries.size() + 1), 0);
    std::size_t duplicates = 0;
    std::string example;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto &slot = m_slots[slotOf(entries[i].name)];
        if (slot != 0 && ++duplicates == 1)
            example = printable(entries[i].name);
        slot = static_cast<std::uint32_t>(i + 1);
    }
    if (duplicates > 0)
        m_directory.warnings.push_back(fmt::format(
            "zip: several members are named '{}'{}; the last of each name counts", example,
            duplicates == 1 ? "" : fmt::format(" (and {} more duplicates)", groupedDigits(duplicates - 1))));
}

std::size_t ZipArchive::slotOf(std::string_view name) const
{
    const auto mask = m_slots.size() - 1;
    auto slot = static_cast<std::size_t>(hashOf(name, m_seed)) & mask;
    while (m_slots[slot] != 0 && m_directory.entries[m_slots[slot] - 1].name != name)
        slot = (slot + 1) & mask;
    return slot;
}

std::optional<std::size_t> ZipArchive::find(std::string_view name) const
{
    const auto entry = m_slots[slotOf(name)];
    return entry == 0 ? std::nullopt : std::optional<std::size_t>(entry - 1);
}

Error ZipArchive::about(const ZipEntry &entry, ErrorCode code, std::string_view what,
                        std::optional<ByteOffset> at) const
{
    return {code, fmt::format("zip: entry '{}' {}", printable(entry.name), what), at};
}

std::string ZipArchive::memberName(const ZipEntry &entry) const
{
    return m_file->name() + ": " + printable(entry.name);
}

Result<ByteRange> ZipArchive::dataRange(std::size_t index) const
{
    assert(index < m_directory.entries.size());
    const auto &entry = m_directory.entries[index];
    const auto fileEnd = ByteOffset{m_file->size().value};
    if (!liesWithin({entry.localHeader, {zip::kLocalHeaderSize}}, m_file->size()))
        return about(entry, ErrorCode::Truncated, "would lie beyond the end of the file", fileEnd);
    const auto wanted = std::min(zip::kLocalHeaderSize + entry.name.size(),
                                 static_cast<std::size_t>(fileEnd.value - entry.localHeader.value));
    auto bytes = readRange(*m_file, {entry.localHeader, {wanted}});
    if (!bytes)
        return bytes.error();
    const std::span<const std::byte> header(*bytes);
    if (zip::u32(header, 0) != zip::kLocalHeader)
        return about(entry, ErrorCode::Corrupt, "has no header where the directory says it begins", entry.localHeader);
    const std::size_t nameLength = zip::u16(header, 26);
    if (nameLength != entry.name.size() || zip::text(header.subspan(zip::kLocalHeaderSize)) != entry.name)
        return about(entry, ErrorCode::Corrupt, "has another name in its own header than in the directory",
                     entry.localHeader);
    const ByteOffset start{entry.localHeader.value + zip::kLocalHeaderSize + nameLength + zip::u16(header, 28)};
    const ByteRange range{start, entry.compressed};
    if (!liesWithin(range, m_file->size()))
        return about(entry, ErrorCode::Truncated,
                     fmt::format("runs past the end of the file: {} bytes from byte {} on were expected",
                                 groupedDigits(entry.compressed.value), groupedDigits(start.value)),
                     fileEnd);
    return range;
}

Result<void> ZipArchive::checkReadable(const ZipEntry &entry) const
{
    if (entry.encrypted() || entry.method == 99)
        return about(entry, ErrorCode::Encrypted, "is encrypted", entry.localHeader);
    if (entry.method != zip::kStored && entry.method != zip::kDeflated)
        return about(
            entry, ErrorCode::Unsupported,
            fmt::format("is packed with {}; only stored and deflated entries can be read", methodName(entry.method)),
            entry.localHeader);
    if (entry.method == zip::kStored && entry.compressed != entry.size)
        return about(entry, ErrorCode::Corrupt,
                     fmt::format("is stored as it is and announces two sizes, {} and {} bytes",
                                 groupedDigits(entry.compressed.value), groupedDigits(entry.size.value)),
                     entry.localHeader);
    return {};
}

Result<FilePtr> ZipArchive::openMember(std::size_t index) const
{
    auto packed = dataRange(index);
    const auto &entry = m_directory.entries[index];
    if (auto readable = checkReadable(entry); !readable)
        return readable.error();
    if (!packed)
        return packed.error();
    if (entry.method == zip::kStored)
        return fileWindow(m_file, *packed, memberName(entry));
    try {
        return entry.truncated ? inflatePart(entry, *packed) : inflateWhole(entry, *packed);
    } catch (const std::exception &) {
        return outOfMemory();
    }
}

Result<void> ZipArchive::checkInflatedSize(const ZipEntry &entry) const
{
    // Divided rather than multiplied: the numbers are the file's.
    if (entry.size.value / kMostInflation > entry.compressed.value)
        return about(entry, ErrorCode::Corrupt,
                     fmt::format("announces {} bytes, more than its {} packed bytes can hold",
                                 groupedDigits(entry.size.value), groupedDigits(entry.compressed.value)),
                     entry.localHeader);
    return {};
}

Result<FilePtr> ZipArchive::inflateWhole(const ZipEntry &entry, ByteRange packed) const
{
    if (auto fits = checkInflatedSize(entry); !fits)
        return fits.error();
    if (entry.size.value > m_limits.inflatedBytes)
        return about(entry, ErrorCode::TooLarge,
                     fmt::format("takes {} bytes unpacked, and {} are allowed", groupedDigits(entry.size.value),
                                 groupedDigits(m_limits.inflatedBytes)),
                     entry.localHeader);
    std::vector<std::byte> bytes(static_cast<std::size_t>(entry.size.value));
    InflateStream stream(*m_file, packed);
    auto got = stream.read(bytes);
    if (!got)
        return about(entry, got.error().code, "cannot be unpacked: its data is damaged", got.error().at);
    std::byte beyond{};
    auto more = stream.read(std::span(&beyond, 1));
    if (*got < bytes.size() || !more || *more > 0)
        return about(entry, ErrorCode::Corrupt,
                     fmt::format("does not unpack to the {} bytes it announces", groupedDigits(bytes.size())),
                     packed.start);
    return memoryFile(memberName(entry), std::move(bytes));
}

Result<FilePtr> ZipArchive::inflatePart(const ZipEntry &entry, ByteRange packed) const
{
    std::vector<std::byte> bytes;
    InflateStream stream(*m_file, packed);
    while (bytes.size() < m_limits.inflatedBytes) {
        const auto done = bytes.size();
        bytes.resize(done + static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, m_limits.inflatedBytes - done)));
        auto got = stream.read(std::span(bytes).subspan(done));
        if (!got && got.error().code == ErrorCode::ReadFailed)
            return got.error();
        const auto length = got ? *got : stream.unpackedBeforeError();
        if (done + length < bytes.size() || !got) {
            bytes.resize(done + length);
            break;
        }
    }
    return memoryFile(memberName(entry), std::move(bytes));
}

Result<void> ZipArchive::checkCrc(std::size_t index, std::stop_token stop) const
{
    const auto &entry = m_directory.entries[index];
    if (auto readable = checkReadable(entry); !readable)
        return readable.error();
    auto packed = dataRange(index);
    if (!packed)
        return packed.error();
    if (entry.truncated)
        return about(entry, ErrorCode::Truncated, "is cut off", packed->start + packed->length);
    if (auto fits = checkInflatedSize(entry); !fits)
        return fits.error();
    MemberBytes content(*m_file, *packed, entry.method == zip::kDeflated);
    std::vector<std::byte> block(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, entry.size.value + 1)));
    std::uint64_t size = 0;
    std::uint32_t crc = 0;
    for (bool more = true; more;) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled};
        auto got = content.read(block);
        if (!got)
            return about(entry, got.error().code, "cannot be read: its data is damaged", got.error().at);
        size += *got;
        crc = crc32(crc, std::span(block).first(*got));
        more = *got == block.size() && size <= entry.size.value;
    }
    if (size == entry.size.value && crc == entry.crc)
        return {};
    return about(entry, ErrorCode::Corrupt,
                 size == entry.size.value
                     ? fmt::format("is damaged: its checksum is {:08x}, and {:08x} was expected", crc, entry.crc)
                     : fmt::format("does not have the {} bytes it announces", groupedDigits(entry.size.value)),
                 packed->start);
}

}  // namespace waypoint

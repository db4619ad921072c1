// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_repair.h"

#include "core/base/checked.h"
#include "core/io/zip_format.h"
#include "core/io/zip_scan.h"

#include <algorithm>
#include <array>
#include <utility>

#include <zlib.h>

namespace waypoint {

namespace {

constexpr std::size_t kMostPlaces = 32;    // of one member: a file with more of them was made to cost time
constexpr std::size_t kMostLooks = 1000;   // at members with the same last part of their names
constexpr std::uint64_t kAlignment = 64;   // PyTorch pads the extra field so that data begins at a multiple of this
constexpr std::uint64_t kPaddingHead = 4;  // "FB" and its length
constexpr std::array<std::uint64_t, 5> kDescriptors = {24, 16, 20, 12, 0};  // bytes between data and the next header

bool isNamed(std::string_view name, std::string_view tail)
{
    return name == tail
           || (name.size() > tail.size() && name.ends_with(tail) && name[name.size() - tail.size() - 1] == '/');
}

std::string_view lastPart(std::string_view name) { return name.substr(name.rfind('/') + 1); }

std::optional<std::uint32_t> sumOf(const RandomAccessFile &file, ByteRange range, const std::stop_token &stop)
{
    constexpr std::uint64_t kBlock = 1u << 20;
    std::vector<std::byte> block(static_cast<std::size_t>(std::min(kBlock, range.length.value)));
    auto sum = crc32_z(0, nullptr, 0);
    for (std::uint64_t done = 0; done < range.length.value;) {
        const auto length = static_cast<std::size_t>(std::min(kBlock, range.length.value - done));
        const auto got = file.readAt({range.start.value + done}, std::span(block).first(length));
        if (!got || *got < length || stop.stop_requested())
            return std::nullopt;
        sum = crc32_z(sum, reinterpret_cast<const Bytef *>(block.data()), length);
        done += length;
    }
    return static_cast<std::uint32_t>(sum);
}

/// What stands where a member's own header should be.
struct OwnHeader
{
    ByteOffset data;
    std::string name;
};

std::optional<OwnHeader> ownHeader(const RandomAccessFile &file, ByteOffset at)
{
    const auto bytes = readRange(file, {at, {zip::kLocalHeaderSize}});
    if (!bytes)
        return std::nullopt;
    const std::uint64_t nameLength = zip::u16(*bytes, 26);
    OwnHeader header{{at.value + zip::kLocalHeaderSize + nameLength + zip::u16(*bytes, 28)}, {}};
    if (const auto name = readRange(file, {{at.value + zip::kLocalHeaderSize}, {nameLength}}))
        header.name = zip::text(*name);
    return header;
}

}  // namespace

ZipRepair::Index::Index(std::shared_ptr<const ZipArchive> of) : archive(std::move(of))
{
    for (std::size_t i = 0; i < archive->entries().size(); ++i)
        entries.emplace(lastPart(archive->entries()[i].name), i);
}

ZipRepair::ZipRepair(std::shared_ptr<const ZipArchive> archive, const Limits &limits)
    : m_index(std::move(archive)), m_limits(limits)
{
    for (const ZipEntry &entry : m_index.archive->entries())
        m_headers.push_back(entry.localHeader.value);
    std::sort(m_headers.begin(), m_headers.end());
}

const ZipRepair::Index *ZipRepair::walkedIndex() const
{
    std::call_once(m_walkOnce, [this] {
        if (m_index.archive->recovered())
            return;
        if (auto archive = ZipArchive::openByWalking(m_index.archive->file(), m_limits))
            m_walked = std::make_unique<const Index>(*std::move(archive));
    });
    return m_walked.get();
}

std::shared_ptr<const ZipArchive> ZipRepair::walked() const
{
    const Index *index = walkedIndex();
    return index ? index->archive : m_index.archive->recovered() ? m_index.archive : nullptr;
}

ByteOffset ZipRepair::nextHeader(ByteOffset header) const
{
    const auto next = std::upper_bound(m_headers.begin(), m_headers.end(), header.value);
    return {next == m_headers.end() ? 0 : *next};
}

/// One search for one member.
class ZipRepair::Search
{
public:
    Search(const ZipRepair &repair, std::string_view tail, ByteCount bytes)
        : m_repair(repair), m_file(*repair.m_index.archive->file()), m_tail(tail), m_bytes(bytes)
    {
    }

    void look(const Index &index)
    {
        const auto [first, last] = index.entries.equal_range(lastPart(m_tail));
        std::size_t looks = 0;
        for (auto found = first; found != last && ++looks <= kMostLooks && m_places.size() < kMostPlaces; ++found) {
            const ZipEntry &entry = index.archive->entries()[found->second];
            if (!isNamed(entry.name, m_tail))
                continue;
            if (!entry.truncated)
                m_sums.push_back(entry.crc);
            addOf(entry);
        }
    }

    std::vector<ZipPlace> finish()
    {
        for (ZipPlace &place : m_places)
            place.sums.insert(place.sums.end(), m_sums.begin(), m_sums.end());
        return std::move(m_places);
    }

private:
    void addOf(const ZipEntry &entry)
    {
        if (const auto header = ownHeader(m_file, entry.localHeader)) {
            std::vector<std::uint32_t> sums;
            // Whose descriptor it is, only the name tells: a damaged offset leads to other members.
            if (isNamed(header->name, m_tail))
                sums = descriptorAfter(header->data);
            add(header->data, std::move(sums));
        }
        if (const auto padded = checkedAdd<std::uint64_t>(
                entry.localHeader.value, zip::kLocalHeaderSize + entry.name.size() + kPaddingHead + kAlignment - 1))
            add({*padded / kAlignment * kAlignment}, {});
        const ByteOffset next = m_repair.nextHeader(entry.localHeader);
        for (const std::uint64_t descriptor : kDescriptors)
            if (const auto tail = checkedAdd(m_bytes.value, descriptor); tail && *tail <= next.value)
                add({next.value - *tail}, {});
    }

    void add(ByteOffset start, std::vector<std::uint32_t> sums)
    {
        const ByteRange range{start, m_bytes};
        const bool known =
            std::any_of(m_places.begin(), m_places.end(), [&](const ZipPlace &place) { return place.range == range; });
        if (!known && liesWithin(range, m_file.size()))
            m_places.push_back({range, std::move(sums)});
    }

    [[nodiscard]] std::vector<std::uint32_t> descriptorAfter(ByteOffset data) const
    {
        const auto end = checkedAdd(data.value, m_bytes.value);
        if (!end)
            return {};
        ZipScan scan(m_file, {m_file.size().value});
        const auto descriptor = scan.descriptorAt(*end, m_bytes.value, true);
        if (!descriptor || !*descriptor)
            return {};
        return {(*descriptor)->crc};
    }

    const ZipRepair &m_repair;
    const RandomAccessFile &m_file;
    std::string_view m_tail;
    ByteCount m_bytes;
    std::vector<ZipPlace> m_places;
    std::vector<std::uint32_t> m_sums;  ///< that records with the name give
};

FilePtr ZipRepair::find(std::string_view tail, ByteCount bytes, const std::stop_token &stop) const
{
    const FilePtr &file = m_index.archive->file();
    for (const ZipPlace &place : places(tail, bytes)) {
        const auto sum = sumOf(*file, place.range, stop);
        if (sum && std::find(place.sums.begin(), place.sums.end(), *sum) != place.sums.end())
            return fileWindow(file, place.range, file->name());
    }
    return nullptr;
}

std::vector<ZipPlace> ZipRepair::places(std::string_view tail, ByteCount bytes) const
{
    Search search(*this, tail, bytes);
    search.look(m_index);
    if (const Index *index = walkedIndex())
        search.look(*index);
    return search.finish();
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_directory.h"

#include "core/base/printable.h"
#include "core/io/zip_end.h"
#include "core/io/zip_format.h"
#include "core/io/zip_recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace waypoint {

namespace {

// Each costs a look at a whole directory; a file with more of them was made to cost time.
constexpr int kMostDirectories = 16;

Error badRecord(std::uint64_t at, std::size_t number, std::string_view what)
{
    return {ErrorCode::Corrupt, fmt::format("zip: directory record {} {}", groupedDigits(number + 1), what),
            ByteOffset{at}};
}

ZipEntry entryOf(std::span<const std::byte> record, std::string_view name, std::span<const std::byte> extra,
                 std::uint64_t bytesBefore)
{
    zip::Extent extent{
        .size = zip::u32(record, 24), .compressed = zip::u32(record, 20), .localHeader = zip::u32(record, 42)};
    zip::applyZip64(extent, extra);
    const auto place = checkedAdd(extent.localHeader, bytesBefore);
    return {.name = std::string(name),
            // An impossible place is found out when somebody wants the member; the others can still be read.
            .localHeader = {place.value_or(std::numeric_limits<std::uint64_t>::max())},
            .compressed = {extent.compressed},
            .size = {extent.size},
            .crc = zip::u32(record, 16),
            .method = zip::u16(record, 10),
            .flags = zip::u16(record, 8)};
}

Result<std::vector<ZipEntry>> parseRecords(std::span<const std::byte> bytes, const ZipDirectoryPlace &place,
                                           const Limits &limits)
{
    std::vector<ZipEntry> entries;
    entries.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(place.entries, limits.archiveEntries)));
    std::size_t at = 0;
    while (at < bytes.size()) {
        const auto position = place.directory.start.value + at;
        const auto rest = bytes.subspan(at);
        if (rest.size() >= 4 && zip::u32(rest, 0) == zip::kDigitalSignature)
            break;
        if (rest.size() < zip::kCentralHeaderSize || zip::u32(rest, 0) != zip::kCentralHeader)
            return badRecord(position, entries.size(), "is damaged");
        const std::size_t name = zip::u16(rest, 28);
        const std::size_t extra = zip::u16(rest, 30);
        const auto length = zip::kCentralHeaderSize + name + extra + zip::u16(rest, 32);
        if (length > rest.size())
            return badRecord(position, entries.size(), "runs past the directory's end");
        if (entries.size() == limits.archiveEntries)
            return Error{ErrorCode::TooLarge,
                         fmt::format("zip: more than {} members", groupedDigits(limits.archiveEntries)),
                         ByteOffset{position}};
        entries.push_back(entryOf(rest, zip::text(rest.subspan(zip::kCentralHeaderSize, name)),
                                  rest.subspan(zip::kCentralHeaderSize + name, extra), place.bytesBefore));
        at += length;
    }
    return entries;
}

/// One past the last byte of the member that the directory knows of: its local header may be longer.
std::uint64_t leastEnd(const ZipEntry &entry)
{
    const auto data = checkedAdd<std::uint64_t>(entry.localHeader.value, zip::kLocalHeaderSize + entry.name.size());
    const auto end = data ? checkedAdd(*data, entry.compressed.value) : data;
    return end.value_or(std::numeric_limits<std::uint64_t>::max());
}

void warnOfCutMembers(ZipDirectory &directory, ByteCount fileSize)
{
    std::size_t cut = 0;
    const ZipEntry *first = nullptr;
    for (auto &entry : directory.entries) {
        if (leastEnd(entry) <= fileSize.value)
            continue;
        entry.truncated = true;
        if (++cut == 1)
            first = &entry;
    }
    if (first)
        directory.warnings.push_back(
            fmt::format("zip: '{}'{} would lie beyond the end of the file at byte {}", printable(first->name),
                        cut == 1 ? "" : fmt::format(" and {} other members", cut - 1), groupedDigits(fileSize.value)));
}

void warnOfOverlaps(ZipDirectory &directory, const ZipDirectoryPlace &place)
{
    const auto &entries = directory.entries;
    std::vector<std::uint32_t> order(entries.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto byPlace = [&](auto a, auto b) { return entries[a].localHeader < entries[b].localHeader; };
    if (!std::is_sorted(order.begin(), order.end(), byPlace))
        std::stable_sort(order.begin(), order.end(), byPlace);
    std::size_t overlaps = 0;
    std::string example;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto &entry = entries[order[i]];
        const bool last = i + 1 == order.size();
        const auto next = last ? place.directory.start.value : entries[order[i + 1]].localHeader.value;
        if (leastEnd(entry) <= next || entry.truncated)
            continue;
        if (++overlaps == 1)
            example = fmt::format("'{}' and {}", printable(entry.name),
                                  last ? "the directory" : "'" + printable(entries[order[i + 1]].name) + "'");
    }
    if (overlaps > 0)
        directory.warnings.push_back(
            fmt::format("zip: members overlap in the file: {}{}", example,
                        overlaps == 1 ? "" : fmt::format(", and {} more", groupedDigits(overlaps - 1))));
}

void warnOfOddities(ZipDirectory &directory, const ZipDirectoryPlace &place, ByteCount fileSize)
{
    const auto count = directory.entries.size();
    if (place.zip64 ? count != place.entries : count % 65'536 != place.entries)
        directory.warnings.push_back(fmt::format("zip: the directory announces {} members and lists {}",
                                                 groupedDigits(place.entries), groupedDigits(count)));
    if (place.bytesMissing > 0) {
        directory.warnings.push_back(fmt::format("zip: {} bytes are missing before the directory at byte {}",
                                                 groupedDigits(place.bytesMissing),
                                                 groupedDigits(place.directory.start.value)));
        return;
    }
    warnOfCutMembers(directory, fileSize);
    warnOfOverlaps(directory, place);
}

Result<ZipDirectory> readAtPlace(const RandomAccessFile &file, const ZipDirectoryPlace &place, const Limits &limits)
{
    if (place.directory.length.value > limits.headerBytes)
        return Error{ErrorCode::TooLarge,
                     fmt::format("zip: the directory takes {} bytes, and {} are allowed",
                                 groupedDigits(place.directory.length.value), groupedDigits(limits.headerBytes)),
                     place.directory.start};
    auto bytes = readRange(file, place.directory);
    if (!bytes)
        return bytes.error();
    auto entries = parseRecords(*bytes, place, limits);
    if (!entries)
        return entries.error();
    ZipDirectory directory{.entries = *std::move(entries)};
    warnOfOddities(directory, place, file.size());
    return directory;
}

Result<bool> startsWithMember(const RandomAccessFile &file)
{
    if (file.size().value < 4)
        return false;
    auto bytes = readRange(file, {{0}, {4}});
    if (!bytes)
        return bytes.error();
    return zip::u32(*bytes, 0) == zip::kLocalHeader;
}

/// Of several records that could be the archive's last, the one whose directory can be read.
class DirectoryChoice
{
public:
    DirectoryChoice(const RandomAccessFile &file, const Limits &limits, bool startsWithMember)
        : m_file(file), m_limits(limits), m_startsWithMember(startsWithMember), m_search(file)
    {
    }

    Result<std::optional<ZipDirectory>> best()
    {
        for (int tried = 0; tried < kMostDirectories; ++tried) {
            auto place = m_search.next();
            if (!place)
                return place.error();
            if (!*place)
                break;
            if (isOfAMember(**place)) {
                if (!m_ofAMember)
                    m_ofAMember = **place;
                continue;
            }
            auto directory = readAtPlace(m_file, **place, m_limits);
            if (directory)
                return std::optional(*std::move(directory));
            if (directory.error().code == ErrorCode::ReadFailed)
                return directory.error();
            if (!m_error) {
                m_error = directory.error();
                m_archiveStart = {(*place)->bytesBefore};
            }
        }
        return std::optional<ZipDirectory>{};
    }

    /// Directory of an archive inside the file, where nothing better is found.
    [[nodiscard]] const std::optional<ZipDirectoryPlace> &ofAMember() const { return m_ofAMember; }
    /// Why there is no best().
    [[nodiscard]] const std::optional<Error> &error() const { return m_error ? m_error : m_search.refusal(); }
    [[nodiscard]] ByteOffset archiveStart() const { return m_archiveStart; }

private:
    /// A file that begins with a member, cut in half, may hold a whole archive as one of its other members.
    [[nodiscard]] bool isOfAMember(const ZipDirectoryPlace &place) const
    {
        return m_startsWithMember && place.bytesBefore > 0 && place.end.value < m_file.size().value;
    }

    const RandomAccessFile &m_file;
    const Limits &m_limits;
    bool m_startsWithMember;
    ZipEndSearch m_search;
    std::optional<ZipDirectoryPlace> m_ofAMember;
    std::optional<Error> m_error;
    ByteOffset m_archiveStart;
};

}  // namespace

Result<ZipDirectory> readZipDirectory(const RandomAccessFile &file, const Limits &limits)
{
    auto startsZip = startsWithMember(file);
    if (!startsZip)
        return startsZip.error();
    DirectoryChoice choice(file, limits, *startsZip);
    auto best = choice.best();
    if (!best)
        return best.error();
    if (*best)
        return **std::move(best);
    const auto error = choice.error();
    if (error && error->code == ErrorCode::TooLarge)
        return *error;
    if (*startsZip || choice.archiveStart().value > 0) {
        auto recovered = recoverZipDirectory(file, choice.archiveStart(), limits, error);
        if (recovered || recovered.error().code == ErrorCode::ReadFailed || !choice.ofAMember())
            return recovered;
    }
    if (choice.ofAMember())
        return readAtPlace(file, *choice.ofAMember(), limits);
    if (error)
        return *error;
    return Error{ErrorCode::NotACheckpoint, "zip: this is not a zip archive", ByteOffset{0}};
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_end.h"

#include "core/io/zip_format.h"

#include <algorithm>
#include <string>
#include <utility>

namespace waypoint {

namespace {

constexpr std::uint64_t kReach = 16u << 20;
constexpr std::uint64_t kFirstChunk = 64u << 10;  // a comment is at most that long: the usual case in one read
constexpr std::uint64_t kChunk = 1u << 20;
constexpr std::size_t kMostRecords = 4096;  // a file made of nothing but signatures must not take minutes

}  // namespace

ZipEndSearch::ZipEndSearch(const RandomAccessFile &file)
    : m_file(file), m_floor(file.size().value - std::min(file.size().value, kReach)), m_chunkStart(file.size().value)
{
}

Result<std::optional<ZipDirectoryPlace>> ZipEndSearch::next()
{
    constexpr std::string_view kSignature = "PK\5\6";
    while (m_examined < kMostRecords) {
        const auto found = m_cursor == 0 ? std::string_view::npos : zip::text(m_chunk).rfind(kSignature, m_cursor - 1);
        if (found == std::string_view::npos) {
            auto loaded = loadEarlierChunk();
            if (!loaded)
                return loaded.error();
            if (!*loaded)
                return std::optional<ZipDirectoryPlace>{};
            continue;
        }
        m_cursor = found;
        ++m_examined;
        auto place = examine({m_chunkStart + found});
        if (!place || *place)
            return place;
    }
    return std::optional<ZipDirectoryPlace>{};
}

Result<bool> ZipEndSearch::loadEarlierChunk()
{
    if (m_chunkStart <= m_floor)
        return false;
    const auto end = m_chunkStart;
    const auto length = std::min(m_chunk.empty() ? kFirstChunk : kChunk, end - m_floor);
    m_chunkStart = end - length;
    m_cursor = static_cast<std::size_t>(length);
    // Three bytes more, so that a signature across the edge of two chunks is seen.
    const auto wanted = std::min(length + 3, m_file.size().value - m_chunkStart);
    auto bytes = readRange(m_file, {{m_chunkStart}, {wanted}});
    if (!bytes)
        return bytes.error();
    m_chunk = *std::move(bytes);
    return true;
}

Result<std::optional<ZipDirectoryPlace>> ZipEndSearch::examine(ByteOffset at)
{
    const std::optional<ZipDirectoryPlace> no;
    if (!liesWithin({at, {zip::kEndSize}}, m_file.size())) {
        refuse(at, "the record at the end of the archive is cut off", ErrorCode::Truncated);
        return no;
    }
    auto record = readRange(m_file, {at, {zip::kEndSize}});
    if (!record)
        return record.error();
    Numbers numbers{.entries = zip::u16(*record, 10),
                    .length = zip::u32(*record, 12),
                    .offset = zip::u32(*record, 16),
                    .before = at.value,
                    .disk = zip::u16(*record, 4),
                    .zip64 = false};
    auto full = readZip64(at, numbers);
    if (!full)
        return full.error();
    if (full->disk != 0 && full->disk != 0xffff) {
        refuse(at, "this is the last part of an archive that was split into several files", ErrorCode::Unsupported);
        return no;
    }
    auto place = locate(*full, at);
    if (place && *place) {
        const auto comment = zip::u16(*record, 20);
        (*place)->end = {std::min(at.value + zip::kEndSize + comment, m_file.size().value)};
    }
    return place;
}

Result<ZipEndSearch::Numbers> ZipEndSearch::readZip64(ByteOffset end, Numbers numbers)
{
    if (end.value < zip::kEnd64LocatorSize)
        return numbers;
    auto end64 = findEnd64({end.value - zip::kEnd64LocatorSize});
    if (!end64)
        return end64.error();
    if (!*end64)
        return numbers;
    auto record = readRange(m_file, {**end64, {zip::kEnd64Size}});
    if (!record)
        return record.error();
    return Numbers{.entries = zip::u64(*record, 32),
                   .length = zip::u64(*record, 40),
                   .offset = zip::u64(*record, 48),
                   .before = (*end64)->value,
                   .disk = zip::u32(*record, 16),
                   .zip64 = true};
}

Result<std::optional<ByteOffset>> ZipEndSearch::findEnd64(ByteOffset locator)
{
    const std::optional<ByteOffset> no;
    auto bytes = readRange(m_file, {locator, {zip::kEnd64LocatorSize}});
    if (!bytes)
        return bytes.error();
    if (zip::u32(*bytes, 0) != zip::kEnd64Locator)
        return no;
    // The record lies right before its locator. Where it has more than its fixed part, the locator's offset leads to
    // it, unless bytes were put before the archive.
    std::vector<std::uint64_t> places;
    if (locator.value >= zip::kEnd64Size)
        places.push_back(locator.value - zip::kEnd64Size);
    places.push_back(zip::u64(*bytes, 8));
    for (const auto place : places) {
        if (!liesWithin({{place}, {zip::kEnd64Size}}, {locator.value}))
            continue;
        auto found = hasSignature(place, zip::kEnd64);
        if (!found)
            return found.error();
        if (*found)
            return std::optional(ByteOffset{place});
    }
    return no;
}

Result<std::optional<ZipDirectoryPlace>> ZipEndSearch::locate(const Numbers &numbers, ByteOffset at)
{
    const std::optional<ZipDirectoryPlace> no;
    if (numbers.length > numbers.before) {
        refuse(at, "the archive's directory would begin before the file does");
        return no;
    }
    if (numbers.entries > numbers.length / zip::kCentralHeaderSize) {
        refuse(at, "the archive's directory is too short for the members it announces");
        return no;
    }
    ZipDirectoryPlace place{.directory = {{numbers.before - numbers.length}, {numbers.length}},
                            .entries = numbers.entries,
                            .zip64 = numbers.zip64};
    // The directory ends where this record begins; its own idea of the place is off where bytes were put before the
    // archive. The other way round (bytes between directory and record) its own idea is right.
    auto here =
        numbers.length == 0 ? Result<bool>(true) : hasSignature(place.directory.start.value, zip::kCentralHeader);
    if (!here)
        return here.error();
    if (*here) {
        const auto start = place.directory.start.value;
        place.bytesBefore = start > numbers.offset ? start - numbers.offset : 0;
        place.bytesMissing = start < numbers.offset ? numbers.offset - start : 0;
        return std::optional(place);
    }
    place.directory.start = {numbers.offset};
    if (liesWithin(place.directory, {numbers.before})) {
        auto there = hasSignature(numbers.offset, zip::kCentralHeader);
        if (!there)
            return there.error();
        if (*there)
            return std::optional(place);
    }
    refuse(at, "the archive's directory is not where its last record says");
    return no;
}

Result<bool> ZipEndSearch::hasSignature(std::uint64_t at, std::uint32_t signature) const
{
    if (!liesWithin({{at}, {4}}, m_file.size()))
        return false;
    auto bytes = readRange(m_file, {{at}, {4}});
    if (!bytes)
        return bytes.error();
    return zip::u32(*bytes, 0) == signature;
}

void ZipEndSearch::refuse(ByteOffset at, std::string why, ErrorCode code)
{
    if (!m_refusal)
        m_refusal = Error{code, "zip: " + std::move(why), at};
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_records.h"

#include "core/io/zip_format.h"

#include <algorithm>
#include <concepts>

namespace waypoint::zip {

namespace {

constexpr std::uint16_t kVersion = 45;         ///< the first with zip64
constexpr std::uint16_t kUtf8Name = 1u << 11;  ///< general purpose bit: the name is UTF-8
constexpr std::uint16_t kTime = 0;             ///< 00:00:00
constexpr std::uint16_t kDate = 1u << 5 | 1u;  ///< 1980-01-01, the first day there is
constexpr std::uint16_t kZip64Field = 1;
constexpr std::uint16_t kPaddingField = 0x4246;  ///< "FB"
constexpr std::uint64_t kMostIn16 = 0xffff;

template<std::unsigned_integral T>
void put(std::string &record, std::type_identity_t<T> number)
{
    for (std::size_t i = 0; i < sizeof(T); ++i)
        record.push_back(static_cast<char>(number >> 8 * i & 0xff));
}

bool needs64(std::uint64_t number) { return number >= kIn64; }
std::uint32_t in32(std::uint64_t number) { return needs64(number) ? kIn64 : static_cast<std::uint32_t>(number); }

/// Version needed to time stamp, CRC and sizes: the same in both headers.
void putCommon(std::string &record, const StoredMember &member)
{
    put<std::uint16_t>(record, kVersion);
    put<std::uint16_t>(record, kUtf8Name);
    put<std::uint16_t>(record, kStored);
    put<std::uint16_t>(record, kTime);
    put<std::uint16_t>(record, kDate);
    put<std::uint32_t>(record, member.crc);
    put<std::uint32_t>(record, in32(member.bytes.value));
    put<std::uint32_t>(record, in32(member.bytes.value));
    put<std::uint16_t>(record, static_cast<std::uint16_t>(member.name.size()));
}

/// Extra field with the numbers that do not fit 32 bits; empty where all do.
std::string zip64Field(std::initializer_list<std::uint64_t> numbers)
{
    std::string content;
    for (const std::uint64_t number : numbers)
        put<std::uint64_t>(content, number);
    std::string field;
    if (content.empty())
        return field;
    put<std::uint16_t>(field, kZip64Field);
    put<std::uint16_t>(field, static_cast<std::uint16_t>(content.size()));
    return field + content;
}

/// Extra field that ends at a multiple of kAlignment when it begins at `at`.
std::string paddingField(std::uint64_t at)
{
    constexpr std::uint64_t kHead = 4;
    const std::uint64_t length = (kAlignment - (at + kHead) % kAlignment) % kAlignment;
    std::string field;
    put<std::uint16_t>(field, kPaddingField);
    put<std::uint16_t>(field, static_cast<std::uint16_t>(length));
    return field.append(static_cast<std::size_t>(length), 'Z');
}

std::string end64(std::uint64_t members, ByteOffset directory, ByteCount directoryBytes)
{
    constexpr std::uint64_t kUncounted = 12;  // signature and the size itself
    std::string record;
    put<std::uint32_t>(record, kEnd64);
    put<std::uint64_t>(record, kEnd64Size - kUncounted);
    put<std::uint16_t>(record, kVersion);
    put<std::uint16_t>(record, kVersion);
    put<std::uint32_t>(record, 0);  // this disk
    put<std::uint32_t>(record, 0);  // disk of the directory
    put<std::uint64_t>(record, members);
    put<std::uint64_t>(record, members);
    put<std::uint64_t>(record, directoryBytes.value);
    put<std::uint64_t>(record, directory.value);
    put<std::uint32_t>(record, kEnd64Locator);
    put<std::uint32_t>(record, 0);
    put<std::uint64_t>(record, directory.value + directoryBytes.value);
    put<std::uint32_t>(record, 1);  // disks
    return record;
}

}  // namespace

std::string localHeader(const StoredMember &member)
{
    const std::uint64_t bytes = member.bytes.value;
    // A local header names both sizes in 64 bits or neither.
    std::string extra = needs64(bytes) ? zip64Field({bytes, bytes}) : std::string();
    extra += paddingField(member.header.value + kLocalHeaderSize + member.name.size() + extra.size());
    std::string record;
    put<std::uint32_t>(record, kLocalHeader);
    putCommon(record, member);
    put<std::uint16_t>(record, static_cast<std::uint16_t>(extra.size()));
    return record.append(member.name) + extra;
}

std::string centralHeader(const StoredMember &member)
{
    const std::uint64_t bytes = member.bytes.value;
    const std::uint64_t at = member.header.value;
    std::string extra;
    if (needs64(bytes))
        extra = needs64(at) ? zip64Field({bytes, bytes, at}) : zip64Field({bytes, bytes});
    else if (needs64(at))
        extra = zip64Field({at});
    std::string record;
    put<std::uint32_t>(record, kCentralHeader);
    put<std::uint16_t>(record, kVersion);
    putCommon(record, member);
    put<std::uint16_t>(record, static_cast<std::uint16_t>(extra.size()));
    put<std::uint16_t>(record, 0);  // comment
    put<std::uint16_t>(record, 0);  // disk
    put<std::uint16_t>(record, 0);  // internal attributes
    put<std::uint32_t>(record, 0);  // external attributes
    put<std::uint32_t>(record, in32(at));
    return record.append(member.name) + extra;
}

std::string directoryEnd(std::uint64_t members, ByteOffset directory, ByteCount directoryBytes)
{
    const bool is64 = members >= kMostIn16 || needs64(directory.value) || needs64(directoryBytes.value);
    std::string record = is64 ? end64(members, directory, directoryBytes) : std::string();
    const auto count = static_cast<std::uint16_t>(std::min(members, kMostIn16));
    put<std::uint32_t>(record, kEnd);
    put<std::uint16_t>(record, 0);  // this disk
    put<std::uint16_t>(record, 0);  // disk of the directory
    put<std::uint16_t>(record, count);
    put<std::uint16_t>(record, count);
    put<std::uint32_t>(record, in32(directoryBytes.value));
    put<std::uint32_t>(record, in32(directory.value));
    put<std::uint16_t>(record, 0);  // comment
    return record;
}

}  // namespace waypoint::zip

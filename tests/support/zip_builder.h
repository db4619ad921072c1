// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/random_access_file.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zlib.h>

namespace waypoint::test {

inline std::vector<std::byte> bytesOf(std::string_view text)
{
    std::vector<std::byte> bytes(text.size());
    if (!text.empty())
        std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
}

inline FilePtr fileOf(std::string_view content, std::string name = "test.zip")
{
    return memoryFile(std::move(name), bytesOf(content));
}

/// All bytes of a file as text.
inline std::string contentOf(const FilePtr &file)
{
    const auto bytes = readRange(*file, {{0}, file->size()});
    return bytes ? std::string(reinterpret_cast<const char *>(bytes->data()), bytes->size()) : std::string("?");
}

inline void appendNumber(std::string &out, std::uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; ++i)
        out += static_cast<char>(number >> (8 * i) & 0xffu);
}

inline std::string deflated(std::string_view data)
{
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, static_cast<uLong>(data.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(data.data()));
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// A member of an archive to build. What is set in an optional is written as it is, right or wrong.
struct ZipMember
{
    std::string name;
    std::string data;
    bool deflate = false;
    bool descriptor = false;      ///< sizes after the data, none in the local header
    bool bareDescriptor = false;  ///< the same, without its signature
    bool zip64 = false;           ///< sizes and place in the extra field
    std::size_t alignment = 0;    ///< pads the local header with an "FB" field, as PyTorch does
    std::uint16_t flags = 0;      ///< besides bit 3
    std::optional<std::uint16_t> method = {};
    std::optional<std::uint32_t> crc = {};
    std::optional<std::uint64_t> compressed = {};  ///< in the directory
    std::optional<std::uint64_t> size = {};        ///< in the directory
    std::optional<std::uint64_t> place = {};       ///< of the local header, in the directory
    std::optional<std::string> localName = {};
};

/// A member as torch.save writes it: stored, flags 0x808, padded so that its data begins at a multiple of 64.
inline ZipMember torchMember(std::string name, std::string data)
{
    ZipMember member{.name = std::move(name), .data = std::move(data), .descriptor = true};
    member.alignment = 64;
    member.flags = 0x800;
    return member;
}

/// Writes zip archives in memory, odd ones too.
class ZipBuilder
{
public:
    std::string lead;  ///< bytes before the archive, of which its offsets know nothing
    std::string comment;
    std::string gap;     ///< between the directory and its end record
    bool zip64 = false;  ///< end record and locator of 64 bits
    std::optional<std::uint64_t> announcedEntries = {};
    std::optional<std::uint64_t> announcedLength = {};

    ZipBuilder &add(ZipMember member)
    {
        m_places.push_back(m_data.size());
        const auto packed = member.deflate ? deflated(member.data) : member.data;
        appendLocal(member, packed);
        m_dataStarts.push_back(m_data.size());
        m_data += packed;
        if (member.descriptor || member.bareDescriptor)
            appendDescriptor(member, packed.size());
        appendCentral(member, packed.size());
        return *this;
    }

    ZipBuilder &stored(std::string name, std::string data)
    {
        return add({.name = std::move(name), .data = std::move(data)});
    }

    /// First byte of member `i`'s local header, or of its data, in build().
    [[nodiscard]] std::uint64_t place(std::size_t i) const { return lead.size() + m_places[i]; }
    [[nodiscard]] std::uint64_t dataStart(std::size_t i) const { return lead.size() + m_dataStarts[i]; }
    /// Bytes before the directory.
    [[nodiscard]] std::uint64_t directoryStart() const { return lead.size() + m_data.size(); }

    [[nodiscard]] std::string build() const
    {
        auto out = lead + m_data + m_central + gap;
        const auto entries = announcedEntries.value_or(m_places.size());
        const auto length = announcedLength.value_or(m_central.size());
        if (zip64) {
            const auto end64 = out.size() - lead.size();
            out += "PK\6\6";
            appendNumber(out, 44, 8);
            appendNumber(out, 45, 2);
            appendNumber(out, 45, 2);
            appendNumber(out, 0, 8);
            appendNumber(out, entries, 8);
            appendNumber(out, entries, 8);
            appendNumber(out, length, 8);
            appendNumber(out, m_data.size(), 8);
            out += "PK\6\7";
            appendNumber(out, 0, 4);
            appendNumber(out, end64, 8);
            appendNumber(out, 1, 4);
        }
        out += "PK\5\6";
        appendNumber(out, 0, 4);
        appendNumber(out, zip64 ? 0xffff : entries, 2);
        appendNumber(out, zip64 ? 0xffff : entries, 2);
        appendNumber(out, zip64 ? 0xffffffff : length, 4);
        appendNumber(out, zip64 ? 0xffffffff : m_data.size(), 4);
        appendNumber(out, comment.size(), 2);
        return out + comment;
    }

    [[nodiscard]] FilePtr file() const { return fileOf(build()); }

private:
    static std::uint32_t crcOf(const ZipMember &member)
    {
        return member.crc.value_or(static_cast<std::uint32_t>(
            crc32_z(0, reinterpret_cast<const Bytef *>(member.data.data()), member.data.size())));
    }

    static std::uint16_t flagsOf(const ZipMember &member)
    {
        return static_cast<std::uint16_t>(member.flags | (member.descriptor || member.bareDescriptor ? 8 : 0));
    }

    static std::uint16_t methodOf(const ZipMember &member)
    {
        return member.method.value_or(static_cast<std::uint16_t>(member.deflate ? 8 : 0));
    }

    void appendLocal(const ZipMember &member, const std::string &packed)
    {
        const bool later = member.descriptor || member.bareDescriptor;
        const auto name = member.localName.value_or(member.name);
        std::string extra;
        if (member.zip64) {
            appendNumber(extra, 1, 2);
            appendNumber(extra, 16, 2);
            appendNumber(extra, later ? 0 : member.data.size(), 8);
            appendNumber(extra, later ? 0 : packed.size(), 8);
        }
        if (member.alignment > 0) {
            const auto start = m_data.size() + 30 + name.size() + extra.size() + 4;
            const auto padding = (member.alignment - start % member.alignment) % member.alignment;
            extra += "FB";
            appendNumber(extra, padding, 2);
            extra += std::string(padding, 'Z');
        }
        m_data += "PK\3\4";
        appendNumber(m_data, 45, 2);
        appendNumber(m_data, flagsOf(member), 2);
        appendNumber(m_data, methodOf(member), 2);
        appendNumber(m_data, 0, 4);
        appendNumber(m_data, later ? 0 : crcOf(member), 4);
        appendNumber(m_data, member.zip64 ? 0xffffffff : later ? 0 : packed.size(), 4);
        appendNumber(m_data, member.zip64 ? 0xffffffff : later ? 0 : member.data.size(), 4);
        appendNumber(m_data, name.size(), 2);
        appendNumber(m_data, extra.size(), 2);
        m_data += name + extra;
    }

    void appendDescriptor(const ZipMember &member, std::size_t packed)
    {
        if (!member.bareDescriptor)
            m_data += "PK\7\10";
        appendNumber(m_data, crcOf(member), 4);
        appendNumber(m_data, packed, member.zip64 ? 8 : 4);
        appendNumber(m_data, member.data.size(), member.zip64 ? 8 : 4);
    }

    void appendCentral(const ZipMember &member, std::size_t packed)
    {
        const auto place = member.place.value_or(m_places.back());
        const auto compressed = member.compressed.value_or(packed);
        const auto size = member.size.value_or(member.data.size());
        std::string extra;
        if (member.zip64) {
            appendNumber(extra, 1, 2);
            appendNumber(extra, 24, 2);
            appendNumber(extra, size, 8);
            appendNumber(extra, compressed, 8);
            appendNumber(extra, place, 8);
        }
        m_central += "PK\1\2";
        appendNumber(m_central, 45, 2);
        appendNumber(m_central, 45, 2);
        appendNumber(m_central, flagsOf(member), 2);
        appendNumber(m_central, methodOf(member), 2);
        appendNumber(m_central, 0, 4);
        appendNumber(m_central, crcOf(member), 4);
        appendNumber(m_central, member.zip64 ? 0xffffffff : compressed, 4);
        appendNumber(m_central, member.zip64 ? 0xffffffff : size, 4);
        appendNumber(m_central, member.name.size(), 2);
        appendNumber(m_central, extra.size(), 2);
        appendNumber(m_central, 0, 8);
        appendNumber(m_central, 0, 2);
        appendNumber(m_central, member.zip64 ? 0xffffffff : place, 4);
        m_central += member.name + extra;
    }

    std::string m_data;
    std::string m_central;
    std::vector<std::uint64_t> m_places;
    std::vector<std::uint64_t> m_dataStarts;
};

}  // namespace waypoint::test

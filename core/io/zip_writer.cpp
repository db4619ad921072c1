// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_writer.h"

#include "core/base/printable.h"
#include "core/io/crc32.h"
#include "core/io/zip_records.h"

#include <cassert>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kLongestName = 0xffff;

}  // namespace

ZipWriter::ZipWriter(AtomicFile &file) : m_file(&file) {}

Result<void> ZipWriter::begin(std::string name, ByteCount bytes)
{
    assert(m_left == 0);
    if (name.size() > kLongestName)
        return Error{ErrorCode::Unsupported, "zip: the name '" + printable(name) + "' is too long", {}, {}, {}};
    m_members.push_back({std::move(name), 0, bytes.value, m_file->position().value});
    m_left = bytes.value;
    const Member &member = m_members.back();
    return m_file->write(zip::localHeader({member.name, 0, bytes, {member.headerAt}}));
}

Result<void> ZipWriter::write(std::span<const std::byte> piece)
{
    assert(!m_members.empty() && piece.size() <= m_left);
    m_left -= piece.size();
    const std::uint32_t crc = crc32(0, piece);
    m_members.back().crc = combinedCrc32(m_members.back().crc, crc, {piece.size()});
    return m_file->write(piece, crc);
}

Result<void> ZipWriter::end()
{
    assert(!m_members.empty() && m_left == 0);
    const Member &member = m_members.back();
    const std::string header = zip::localHeader({member.name, member.crc, {member.bytes}, {member.headerAt}});
    return m_file->overwrite({member.headerAt}, std::as_bytes(std::span(header)));
}

Result<void> ZipWriter::add(std::string name, std::string_view content)
{
    if (const Result<void> begun = begin(std::move(name), {content.size()}); !begun)
        return begun;
    if (const Result<void> written = write(std::as_bytes(std::span(content))); !written)
        return written;
    return end();
}

Result<void> ZipWriter::finish()
{
    assert(m_left == 0);
    const ByteOffset directory = m_file->position();
    for (const Member &member : m_members) {
        const std::string header = zip::centralHeader({member.name, member.crc, {member.bytes}, {member.headerAt}});
        if (const Result<void> written = m_file->write(header); !written)
            return written;
    }
    const ByteCount bytes{m_file->position().value - directory.value};
    return m_file->write(zip::directoryEnd(m_members.size(), directory, bytes));
}

void ZipSize::add(std::string_view name, ByteCount bytes)
{
    const zip::StoredMember member{name, 0, bytes, {m_members}};
    m_members += zip::localHeader(member).size() + bytes.value;
    m_directory += zip::centralHeader(member).size();
    ++m_count;
}

ByteCount ZipSize::total() const
{
    return {m_members + m_directory + zip::directoryEnd(m_count, {m_members}, {m_directory}).size()};
}

}  // namespace waypoint

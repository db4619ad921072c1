// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/zip_storages.h"

#include <utility>

namespace waypoint {

ZipStorages::ZipStorages(ZipPtr archive, std::string root, bool isWholeFile, std::string folder)
    : m_archive(std::move(archive)),
      m_root(std::move(root)),
      m_folder(std::move(folder)),
      m_isWholeFile(isWholeFile),
      m_members(m_archive->entries().size())
{
}

std::optional<std::size_t> ZipStorages::entryOf(const std::string &key) const
{
    if (const auto entry = m_archive->find(m_root + m_folder + key))
        return entry;
    // TorchScript has kept tensors in a folder of this name too, and torch.package in the last one.
    if (const auto entry = m_archive->find(m_root + "tensors/" + key))
        return entry;
    return m_archive->find(m_root + ".data/" + key + ".storage");
}

void ZipStorages::locate(Storage &storage)
{
    storage.present = storage.bytes.value == 0;
    const auto entry = entryOf(storage.key);
    if (entry) {
        m_members[*entry] = true;
        const ZipEntry &member = m_archive->entries()[*entry];
        storage.present = !member.truncated && !member.encrypted() && !(member.size < storage.bytes);
    }
    if (!m_repair && (!entry || !storage.present))
        return;
    storage.record = m_records.size();
    m_records.push_back({entry.value_or(kNoEntry), storage.bytes, m_repair ? storage.key : std::string()});
}

Result<FilePtr> ZipStorages::open(std::uint64_t record) const
{
    if (record >= m_records.size())
        return Error{ErrorCode::Corrupt, "zip: no such storage", {}, {}, {}};
    const Record &wanted = m_records[record];
    if (wanted.entry == kNoEntry)
        return Error{ErrorCode::Truncated, "zip: storage '" + wanted.key + "' is not in the archive", {}, {}, {}};
    Result<FilePtr> member = m_archive->openMember(wanted.entry);
    if (!member || (*member)->size() == wanted.bytes)
        return member;
    const std::string &name = m_archive->entries()[wanted.entry].name;
    if ((*member)->size() < wanted.bytes)
        return Error{ErrorCode::Truncated, "zip: record '" + name + "' is shorter than its storage", {}, {}, {}};
    return fileWindow(*member, {{}, wanted.bytes}, (*member)->name());
}

std::vector<StorageEvidence> ZipStorages::evidence(std::uint64_t record, bool everywhere) const
{
    std::vector<StorageEvidence> found;
    if (record >= m_records.size())
        return found;
    const Record &wanted = m_records[record];
    if (everywhere) {
        if (!m_repair)
            return found;
        for (ZipPlace &place : m_repair->places(m_folder + wanted.key, wanted.bytes))
            found.push_back(
                {fileWindow(m_archive->file(), place.range, m_archive->file()->name()), std::move(place.sums), false});
        return found;
    }
    if (wanted.entry == kNoEntry)
        return found;
    const ZipEntry &entry = m_archive->entries()[wanted.entry];
    // Of a member that would end beyond the file, what lies before its end.
    Result<FilePtr> member =
        entry.truncated ? openForScan(*m_archive, wanted.entry) : m_archive->openMember(wanted.entry);
    if (member)
        found.push_back({*std::move(member), entry.truncated ? std::vector<std::uint32_t>() : std::vector{entry.crc},
                         entry.truncated});
    return found;
}

std::optional<ByteRange> ZipStorages::place(std::uint64_t record) const
{
    if (!m_isWholeFile || record >= m_records.size() || m_records[record].entry == kNoEntry)
        return std::nullopt;
    const Record &wanted = m_records[record];
    if (m_archive->entries()[wanted.entry].method != 0)
        return std::nullopt;
    const Result<ByteRange> range = m_archive->dataRange(wanted.entry);
    if (!range || range->length < wanted.bytes)
        return std::nullopt;
    return ByteRange{range->start, wanted.bytes};
}

}  // namespace waypoint

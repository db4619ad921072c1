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
    if (!entry)
        return;
    m_members[*entry] = true;
    const ZipEntry &member = m_archive->entries()[*entry];
    if (member.truncated || member.encrypted() || member.size < storage.bytes)
        return;
    storage.present = true;
    storage.record = m_records.size();
    m_records.push_back({*entry, storage.bytes});
}

Result<FilePtr> ZipStorages::open(std::uint64_t record) const
{
    if (record >= m_records.size())
        return Error{ErrorCode::Corrupt, "zip: no such storage", {}, {}, {}};
    const Record &wanted = m_records[record];
    Result<FilePtr> member = m_archive->openMember(wanted.entry);
    if (!member || (*member)->size() == wanted.bytes)
        return member;
    const std::string &name = m_archive->entries()[wanted.entry].name;
    if ((*member)->size() < wanted.bytes)
        return Error{ErrorCode::Truncated, "zip: record '" + name + "' is shorter than its storage", {}, {}, {}};
    return fileWindow(*member, {{}, wanted.bytes}, (*member)->name());
}

std::optional<ByteRange> ZipStorages::place(std::uint64_t record) const
{
    if (!m_isWholeFile || record >= m_records.size())
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

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/zip_source.h"
#include "core/tensor/tensor_ref.h"

#include <string>
#include <vector>

namespace waypoint {

/// The storages of a torch zip: one record each, found by key when the pickle names it, read when somebody asks.
/// Filled by one thread while the file is opened; after that read by any number.
class ZipStorages final : public StorageSource
{
public:
    /// `root` is the folder of data.pkl with its '/'. `isWholeFile`: the archive is the file on disk, so that
    /// places in the archive are places in the file. `folder` is where the records are.
    ZipStorages(ZipPtr archive, std::string root, bool isWholeFile, std::string folder = "data/");

    /// Finds the record of storage `key` and says in `storage` what there is of it, except its source.
    void locate(Storage &storage);

    Result<FilePtr> open(std::uint64_t record) const override;
    std::optional<ByteRange> place(std::uint64_t record) const override;

    /// Which members of the archive hold storages.
    [[nodiscard]] const std::vector<bool> &members() const { return m_members; }

private:
    struct Record
    {
        std::size_t entry;
        ByteCount bytes;
    };

    [[nodiscard]] std::optional<std::size_t> entryOf(const std::string &key) const;

    ZipPtr m_archive;
    std::string m_root;
    std::string m_folder;
    bool m_isWholeFile;
    std::vector<Record> m_records;
    std::vector<bool> m_members;
};

}  // namespace waypoint

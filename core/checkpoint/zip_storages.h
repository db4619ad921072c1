// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/zip_source.h"
#include "core/io/zip_repair.h"
#include "core/tensor/tensor_ref.h"

#include <memory>
#include <string>
#include <utility>
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

    /// From now on also remembers storages that are damaged or not there, and looks for them where `repair` knows to.
    void keepDamaged(std::shared_ptr<const ZipRepair> repair) { m_repair = std::move(repair); }
    std::vector<StorageEvidence> evidence(std::uint64_t record, bool everywhere) const override;

    /// Which members of the archive hold storages.
    [[nodiscard]] const std::vector<bool> &members() const { return m_members; }

private:
    struct Record
    {
        std::size_t entry;
        ByteCount bytes;
        std::string key;  ///< only with keepDamaged()
    };
    static constexpr std::size_t kNoEntry = ~std::size_t{0};

    [[nodiscard]] std::optional<std::size_t> entryOf(const std::string &key) const;

    ZipPtr m_archive;
    std::string m_root;
    std::string m_folder;
    bool m_isWholeFile;
    std::shared_ptr<const ZipRepair> m_repair;  ///< null: only what is whole counts
    std::vector<Record> m_records;
    std::vector<bool> m_members;
};

}  // namespace waypoint

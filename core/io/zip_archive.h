// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/io/random_access_file.h"
#include "core/io/zip_entry.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// A zip archive (PKWARE APPNOTE.TXT, with zip64) for reading. Immutable, any thread.
///
/// Opening reads the central directory alone. A name is a name: nothing is ever unpacked into the file system.
class ZipArchive
{
public:
    /// An archive whose directory is lost opens with what can be recovered; see recovered().
    /// NotACheckpoint where the file is no zip, Truncated or Corrupt where nothing can be read from it.
    static Result<std::shared_ptr<const ZipArchive>> open(FilePtr file, const Limits &limits);

    /// The same without looking at the directory: what the members say of themselves. For an archive whose directory is
    /// there and wrong. Reads the whole file where the members' own headers have no sizes, as PyTorch leaves them.
    static Result<std::shared_ptr<const ZipArchive>> openByWalking(FilePtr file, const Limits &limits);

    [[nodiscard]] const FilePtr &file() const { return m_file; }

    /// In the order of the directory.
    [[nodiscard]] std::span<const ZipEntry> entries() const { return m_directory.entries; }

    /// Index of the entry with this name, of several the last one, as Python's zipfile has it. Constant time.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

    /// Where the entry's bytes lie, packed as they are. Reads its local header.
    /// Corrupt where that contradicts the directory, Truncated where the file ends before.
    Result<ByteRange> dataRange(std::size_t entry) const;

    /// The entry's unpacked bytes: a window of the file where it is stored, else memory.
    /// Also: Encrypted; Unsupported (packing method); TooLarge. Its CRC is not checked: see checkCrc().
    Result<FilePtr> openMember(std::size_t entry) const;

    /// Whether the unpacked bytes are those that were packed: Corrupt where they are not. Reads all of them, in
    /// constant memory. Cancelled within one block.
    Result<void> checkCrc(std::size_t entry, std::stop_token stop) const;

    /// What is odd, one sentence each: duplicate names, overlaps, bytes missing, a directory that is lost.
    [[nodiscard]] const std::vector<std::string> &warnings() const { return m_directory.warnings; }

    /// Whether the directory is lost and entries() were found by walking through the file.
    [[nodiscard]] bool recovered() const { return m_directory.recovered; }

private:
    ZipArchive(FilePtr file, const Limits &limits, ZipDirectory directory);
    static Result<std::shared_ptr<const ZipArchive>> make(FilePtr file, const Limits &limits,
                                                          Result<ZipDirectory> directory);
    void indexNames();
    [[nodiscard]] std::size_t slotOf(std::string_view name) const;
    [[nodiscard]] Error about(const ZipEntry &entry, ErrorCode code, std::string_view what,
                              std::optional<ByteOffset> at) const;
    Result<void> checkReadable(const ZipEntry &entry) const;
    Result<FilePtr> inflateWhole(const ZipEntry &entry, ByteRange packed) const;
    Result<FilePtr> inflatePart(const ZipEntry &entry, ByteRange packed) const;
    Result<void> checkInflatedSize(const ZipEntry &entry) const;
    [[nodiscard]] std::string memberName(const ZipEntry &entry) const;

    FilePtr m_file;
    Limits m_limits;
    ZipDirectory m_directory;
    std::uint64_t m_seed = 0;
    std::vector<std::uint32_t> m_slots;  ///< open addressing by name; entry + 1, 0 where free
};

}  // namespace waypoint

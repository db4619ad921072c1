// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"
#include "core/io/zip_archive.h"

#include <optional>
#include <string>
#include <string_view>

namespace waypoint {

using ZipPtr = std::shared_ptr<const ZipArchive>;

/// Whether a file begins like a zip, or ends like one and does not begin like another checkpoint. Reads at most
/// the end of the file.
[[nodiscard]] bool mayBeZip(const Source &source);

/// Where the pickle that torch.load reads stands in a zip.
struct DataPickle
{
    std::size_t entry = 0;  ///< number of the record
    std::string root;       ///< folder before its name with the '/', empty where there is none
};

/// The record data.pkl that torch.load takes: it looks in the folder of the archive's first record. Where that has
/// none, the one in the least folders. Nothing where there is none at all.
[[nodiscard]] std::optional<DataPickle> findDataPickle(const ZipArchive &archive);

/// Text of a small record such as "version"; nothing where it is absent, cut, damaged or not small.
[[nodiscard]] std::optional<std::string> smallRecord(const ZipArchive &archive, std::string_view name);

/// A member for a search: where it cannot be opened in earnest (a password bit, a local header that contradicts the
/// directory, which some loaders do not look at), its bytes as they lie in the file.
[[nodiscard]] Result<FilePtr> openForScan(const ZipArchive &archive, std::size_t entry);

/// Looks into the members of a zip that nobody has read for pickles, and records their names: a loader may be
/// told to read them. `isKnown` says which members were read or hold plain numbers.
void scanHiddenPickles(const ZipArchive &archive, const std::vector<bool> &isKnown, const OpenOptions &options,
                       Checkpoint &into);

/// Whether bytes begin like a pickle: a protocol mark, or a name in the text form of protocol 0.
[[nodiscard]] bool looksLikePickle(std::span<const std::byte> head);

}  // namespace waypoint

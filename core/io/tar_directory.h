// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/io/random_access_file.h"

#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// A file inside a tar. Folders, links and devices are left out.
struct TarMember
{
    std::string name;  ///< as in the archive: with folders, never resolved against the file system
    ByteRange data;    ///< cut at the end of the file where the archive is truncated
    bool complete = true;
};

/// The members of a tar, in the order of the archive.
struct TarDirectory
{
    std::vector<TarMember> members;
    bool truncated = false;  ///< the file ends inside a member or a header

    /// The last member of that name, as tar itself has it, with or without "./" in front; null where there is none.
    [[nodiscard]] const TarMember *find(std::string_view name) const;
};

/// Whether `head` begins with a tar header: judged by its checksum, which all kinds of tar have.
[[nodiscard]] bool looksLikeTar(std::span<const std::byte> head);

/// Lists a tar by its headers: V7, ustar, GNU (long names, sizes in base 256) and pax. Data is skipped.
/// Errors: Corrupt at the header that is none, TooLarge beyond Limits::archiveEntries, ReadFailed, Cancelled.
/// Format: POSIX.1-2008, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
Result<TarDirectory> readTarDirectory(const RandomAccessFile &file, const Limits &limits = {},
                                      const std::stop_token &stop = {});

}  // namespace waypoint

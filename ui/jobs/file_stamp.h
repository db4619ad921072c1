// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

namespace waypoint {

/// What tells one state of a file from another without reading it. For a folder, of the files right below it together.
struct FileStamp
{
    bool exists = false;
    std::uint64_t bytes = 0;
    std::int64_t modified = 0;  ///< the file system's clock, in nanoseconds
    std::uint64_t inode = 0;    ///< of a file; none for a folder

    bool operator==(const FileStamp &) const = default;
    /// Whether `now` is the same file with other bytes: whoever has it open reads those. One that another file has
    /// replaced, or that was removed, goes on for whoever has it open.
    [[nodiscard]] bool isRewritten(const FileStamp &now) const
    {
        return inode != 0 && now.inode == inode && (now.bytes != bytes || now.modified != modified);
    }
};

/// Any thread; asks the disk. A folder is looked at up to a bounded number of files.
[[nodiscard]] FileStamp stampOf(const std::filesystem::path &path, const std::stop_token &stop = {});

}  // namespace waypoint

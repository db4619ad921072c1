// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace waypoint {

/// A new, empty file that this process alone writes: `.name.<pid>-<host><random>.tmp` beside its target.
struct TemporaryFile
{
    int descriptor = -1;  ///< locked (flock) while the process lives
    std::filesystem::path path;
};

/// Where writing to `path` really ends: symbolic links followed, also to what does not exist yet. WriteFailed for links
/// in a circle, and where something else than a regular file has the name: a folder, a device, a pipe.
Result<std::filesystem::path> writeTarget(const std::filesystem::path &path);

/// Mode 0666 less the umask. WriteFailed with the system's reason.
Result<TemporaryFile> createTemporary(const std::filesystem::path &target);

/// A name for something temporary beside `target`, as createTemporary() gives it. Unused with great probability.
[[nodiscard]] std::filesystem::path temporaryName(const std::filesystem::path &target);

/// Removes what processes of this host that died left of `target`. A file is theirs where the name says so, no process
/// has that id any more, and nobody holds the lock on it.
void removeStaleTemporaries(const std::filesystem::path &target);

/// Flushes a folder's list of names to disk. File systems that cannot do that for a folder count as done.
Result<void> syncFolder(const std::filesystem::path &folder);

/// The folder part of `path`: "." where it has none.
[[nodiscard]] std::filesystem::path parentFolder(const std::filesystem::path &path);

}  // namespace waypoint

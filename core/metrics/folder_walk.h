// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <vector>

namespace waypoint {

/// Whether there is a regular file, or a link to one; false where that cannot be known.
[[nodiscard]] bool isFile(const std::filesystem::path &path);

/// Regular files below a folder, in the order of their paths, down to `depth` levels (0: the folder itself). Links to
/// folders are not followed; a folder with more than 100,000 entries is only partly seen.
[[nodiscard]] std::vector<std::filesystem::path> filesBelow(const std::filesystem::path &folder, int depth,
                                                            const std::function<bool(const std::string &name)> &wanted,
                                                            const std::stop_token &stop);

/// TensorBoard's event files, by name: events.out.tfevents.*
[[nodiscard]] std::vector<std::filesystem::path> eventFilesBelow(const std::filesystem::path &folder,
                                                                 const std::stop_token &stop);

}  // namespace waypoint

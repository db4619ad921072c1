// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace waypoint {

/// The file called `name` in `folder`, for names that stand in a file: nothing where the name has a folder in it, is no
/// plain name, or is a link that leads out of the folder. Links of the Hugging Face cache (snapshots/REVISION/NAME ->
/// ../../blobs/HASH) stay within one download and are followed.
[[nodiscard]] std::optional<std::filesystem::path> fileBeside(const std::filesystem::path &folder,
                                                              std::string_view name);

/// The folder that a file lies in; "." for a bare name.
[[nodiscard]] std::filesystem::path folderOf(const std::filesystem::path &file);

}  // namespace waypoint

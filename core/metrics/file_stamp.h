// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace waypoint {

/// Size and time of a file: another one says that it was written.
struct FileStamp
{
    std::uintmax_t bytes = 0;
    std::filesystem::file_time_type time;

    bool operator==(const FileStamp &) const = default;
};

/// Nothing where there is no such file.
[[nodiscard]] std::optional<FileStamp> stampOf(const std::filesystem::path &file);

}  // namespace waypoint

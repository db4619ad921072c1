// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/file_stamp.h"

#include <system_error>

namespace waypoint {

std::optional<FileStamp> stampOf(const std::filesystem::path &file)
{
    std::error_code problem;
    FileStamp stamp;
    stamp.time = std::filesystem::last_write_time(file, problem);
    if (problem)
        return std::nullopt;
    stamp.bytes = std::filesystem::file_size(file, problem);
    if (problem)
        stamp.bytes = 0;  // a folder
    return stamp;
}

}  // namespace waypoint

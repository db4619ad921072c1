// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/source_stamp.h"

#include <system_error>

namespace waypoint {

std::optional<SourceStamp> sourceStampOf(const std::filesystem::path &file)
{
    std::error_code problem;
    SourceStamp stamp;
    stamp.time = std::filesystem::last_write_time(file, problem);
    if (problem)
        return std::nullopt;
    stamp.bytes = std::filesystem::file_size(file, problem);
    if (problem)
        stamp.bytes = 0;  // a folder
    return stamp;
}

}  // namespace waypoint

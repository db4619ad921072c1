// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace waypoint {

/// Size and time of a file: another one says that it was written.
struct SourceStamp
{
    std::uintmax_t bytes = 0;
    std::filesystem::file_time_type time;

    bool operator==(const SourceStamp &) const = default;
};

/// Nothing where there is no such file.
[[nodiscard]] std::optional<SourceStamp> sourceStampOf(const std::filesystem::path &file);

}  // namespace waypoint

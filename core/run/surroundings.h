// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace waypoint {

/// The text of one of a run's small files. NotFound, NoPermission, ReadFailed; TooLarge above 16 MiB.
Result<std::string> readText(const std::filesystem::path &path);

/// What this machine is called.
[[nodiscard]] std::string hostName();

/// Memory that this process has in use, in bytes; 0 where the system does not tell.
[[nodiscard]] std::uint64_t residentBytes();

/// Seconds since 1970, now.
[[nodiscard]] double secondsNow();

}  // namespace waypoint

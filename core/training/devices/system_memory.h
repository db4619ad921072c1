// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace waypoint {

/// In bytes.
struct SystemMemory
{
    std::int64_t total = 0;
    std::int64_t available = 0;  ///< without swapping; caches that the system would give up count as available

    bool operator==(const SystemMemory &) const = default;
};

/// What this process may use: the machine's memory, or what a control group (container, batch system) leaves of it.
/// Nothing where the system does not tell. `root` is where proc/ and sys/ are.
[[nodiscard]] std::optional<SystemMemory> systemMemory(const std::filesystem::path &root = "/");

}  // namespace waypoint

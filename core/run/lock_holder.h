// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_folder.h"

#include <optional>

namespace waypoint {

/// Who wrote its name into alive.lock last.
struct LockHolder
{
    std::int64_t pid = 0;
    std::string host;

    bool operator==(const LockHolder &) const = default;
};

/// Nothing where the file is not there or says nothing.
[[nodiscard]] std::optional<LockHolder> lastHolder(const RunPaths &paths);

}  // namespace waypoint

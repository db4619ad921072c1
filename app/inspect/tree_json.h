// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/json_output.h"
#include "core/checkpoint/checkpoint.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace waypoint {

/// What `tree` was asked for beyond the entries themselves.
struct TreeOptions
{
    bool sha256 = false;                                       ///< hash elements; reads every tensor
    std::optional<std::chrono::duration<double>> openSeconds;  ///< how long opening took, where it is to be told
};

/// The whole document of `waypoint-inspect tree --json`. `file` is what the user called it.
void writeTreeJson(const Checkpoint &checkpoint, std::string_view file, const TreeOptions &options, JsonWriter &json);

/// One object of `globals`, as `tree` and `scan` write it.
void writeGlobalJson(const GlobalUse &global, JsonWriter &json);

}  // namespace waypoint

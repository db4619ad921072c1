// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/diff_report.h"
#include "app/inspect/json_output.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace waypoint {

/// What the document says beside the comparison.
struct DiffDocument
{
    std::string_view fileA;  ///< as the user called it
    std::string_view fileB;
    std::string_view match;
    std::optional<std::chrono::duration<double>> took;  ///< matching and reading, where it is to be told
};

/// The whole document of `waypoint-inspect diff --json`.
void writeDiffJson(const CheckpointDiff &diff, const std::vector<DiffRow> &rows, const DiffDocument &document,
                   JsonWriter &json);

}  // namespace waypoint

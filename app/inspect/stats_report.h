// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/tensor/histogram.h"
#include "core/tensor/tensor_stats.h"

#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// What is known of one tensor or array.
struct StatsRow
{
    EntryId entry = kNoEntry;
    Result<TensorStats> stats = TensorStats();  ///< or why it has no numbers
    Histogram histogram;                        ///< empty where not asked for
    Histogram symmetricLog;
};

/// Statistics of a file's tensors and arrays in the order of the tree. `glob` picks those whose path or last name it
/// matches; empty: all. Errors are those of single rows.
[[nodiscard]] std::vector<StatsRow> statsOfCheckpoint(const Checkpoint &checkpoint, std::string_view glob,
                                                      bool histograms);

/// Why a row has no numbers, for people and on one line; empty where it has.
[[nodiscard]] std::string noteOf(const StatsRow &row);

}  // namespace waypoint

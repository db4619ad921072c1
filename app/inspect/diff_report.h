// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/checkpoint_diff.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// What is known of one tensor of a comparison.
struct DiffRow
{
    std::size_t index = 0;                       ///< into CheckpointDiff::tensors
    std::optional<DiffStatus> status;            ///< nothing where it cannot be read
    std::optional<TensorDifference> difference;  ///< where both sides have numbers of one shape
    std::string error;                           ///< why it has none, for people and on one line
};

/// Counts and sums over rows.
struct DiffTotals
{
    std::size_t tensors = 0;
    std::size_t same = 0;
    std::size_t changed = 0;
    std::size_t added = 0;
    std::size_t removed = 0;
    std::size_t reshaped = 0;
    std::size_t retyped = 0;
    std::size_t unreadable = 0;
    std::optional<TensorDifference> difference;  ///< of all that have numbers, but for counters (isCounter())

    void add(const CheckpointDiff &diff, const DiffRow &row);
};

/// Compares the numbers of all tensors whose path or last name `glob` matches on either side; empty: of all. In the
/// order of the comparison.
[[nodiscard]] std::vector<DiffRow> diffRows(const CheckpointDiff &diff, std::string_view glob);

/// Values whose path or last name `glob` matches; empty: all that differ.
[[nodiscard]] std::vector<std::size_t> differingValues(const CheckpointDiff &diff, std::string_view glob);

/// What the tensors of one part come to: "net", "optimizer".
struct DiffPart
{
    std::string name;
    std::vector<const DiffRow *> rows;
    DiffTotals totals;
};
/// Requires: `rows` outlives it.
[[nodiscard]] std::vector<DiffPart> partsOf(const CheckpointDiff &diff, const std::vector<DiffRow> &rows);

}  // namespace waypoint

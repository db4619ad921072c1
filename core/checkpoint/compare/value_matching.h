// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/diff_rows.h"
#include "core/checkpoint/compare/section_pairs.h"

#include <vector>

namespace waypoint {

/// Rows of both sides that belong together: `b` is kNoEntry where nothing belongs to `a`, and the other way round.
struct EntryPair
{
    EntryId a = kNoEntry;
    EntryId b = kNoEntry;
};

/// The values of two sides next to each other.
struct ValueMatches
{
    std::vector<ValueDiff> values;  ///< in A's order, with what only B has at its place
    /// Tensors that have a value and no tensor on the other side: they stand among `values`.
    std::vector<EntryId> tensorsOfA;
    std::vector<EntryId> tensorsOfB;
};

/// Walks both sides together: equal labels belong together, but for `pairs`. What only one side has is one row, however
/// much is in it. Lists of scalars are one value, and so is a tensor that has a scalar on the other side.
[[nodiscard]] ValueMatches matchValues(const DiffRows &a, const DiffRows &b, const std::vector<PairedParts> &pairs);

}  // namespace waypoint

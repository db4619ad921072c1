// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/tensor/numeric_tensor.h"

#include <stop_token>
#include <vector>

namespace waypoint {

/// The numbers of a tensor or NumPy array of a checkpoint. Scales of a quantised tensor are read here (a small read).
/// A sparse tensor gives its stored values. Unsupported, with the reason for people, for anything else (meta tensors,
/// missing storages, nested tensors, text and object arrays, entries that are no tensors).
Result<NumericTensor> numericTensor(const Checkpoint &checkpoint, EntryId entry);

/// The same of a node of a tree.
Result<NumericTensor> numericTensor(const ValueTree &tree, ValueId id);

/// Every entry that is a tensor or a NumPy array, in the order of the tree; one that occurs in several places counts
/// in each.
[[nodiscard]] std::vector<EntryId> numericEntries(const Checkpoint &checkpoint);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/section_pairs.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// What a model's parameters in A are called in B.
using NamesInB = std::unordered_map<std::string, std::string>;

/// Pairs what two optimizers remember of each parameter: by the parameters' names where both files tell them, renamed
/// ones through `names`; else by index, or by place where the keys are addresses of a process. Parts without a partner
/// are listed too, with kNoEntry, so that equal numbers do not pair them. A note says what was done where names failed.
[[nodiscard]] std::vector<PairedParts> pairOptimizerStates(const DiffRows &a, const DiffRows &b,
                                                           const PairedParts &optimizers, const NamesInB &names,
                                                           std::vector<std::string> &notes);

/// The model that an optimizer section trains, or kNoEntry.
[[nodiscard]] EntryId modelOf(const Checkpoint &checkpoint, EntryId optimizer);

}  // namespace waypoint

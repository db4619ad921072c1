// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/diff_matching.h"

#include <string>
#include <vector>

namespace waypoint {

/// Sentences about names of a model that are not the same on both sides: which prefix one side has, how many tensors
/// were taken for renamed, with an example.
void addNameNotes(const std::vector<DiffTensor> &a, const std::vector<DiffTensor> &b, const TensorMatches &matches,
                  std::vector<std::string> &notes);

}  // namespace waypoint

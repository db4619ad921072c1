// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/diff_matching.h"

namespace waypoint {

/// Matches renamed tensors of a model by their neighbours, shapes, kinds and what their names have in common; also
/// where a layer was inserted into a numbered list, so that equal names mean other layers. What has only its shape in
/// common stays unmatched. Requires: matchPaths() and matchNames() have run.
void matchRenamed(const std::vector<DiffTensor> &a, const std::vector<DiffTensor> &b, TensorMatches &matches);

}  // namespace waypoint

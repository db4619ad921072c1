// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/pickle/value_tree.h"

namespace waypoint {

/// Parameters and variables as PyTorch wrote them before 0.4, when a Variable was an object around a tensor: turns
/// those among the nodes from `first` on into tensors, with what was attached ("grad") as attributes.
///
/// Stops at Limits::treeBytes. Requires: what they are made of is resolved already.
void resolveOldVariables(ValueTree &tree, ValueId first, const Limits &limits = {});

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <string>

namespace waypoint {

/// Keys from `root` to `target` joined by '/', for messages: "optimizer/state/0/exp_avg". The shortest way where there
/// are several; empty for the root itself and for what cannot be reached.
[[nodiscard]] std::string valuePath(const ValueTree &tree, ValueId root, ValueId target);

}  // namespace waypoint

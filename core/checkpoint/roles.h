// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

namespace waypoint {

/// Names the parts of a checkpoint by their structure and recognises whose layout it is.
/// Fills `sections`, `layout`, and warnings about what the parts say of each other.
/// Requires: values, root, entries and format are set.
void findSections(Checkpoint &checkpoint);

}  // namespace waypoint

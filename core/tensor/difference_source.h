// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/aligned_blocks.h"

namespace waypoint {

/// B - A of two tensors as a file of little-endian float64, worked out where it is read.
/// Requires: two sides with as many numbers.
FilePtr differenceFile(AlignedBlocks sides);

}  // namespace waypoint

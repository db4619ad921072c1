// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_ref.h"

namespace waypoint {

/// Whether two strided tensors of one storage may have an element in common. False only where they surely do not:
/// columns beside other columns, every third element beside the next ones. Requires: the same dtype, both have
/// elements.
[[nodiscard]] bool mayOverlap(const TensorRef &a, const TensorRef &b);

}  // namespace waypoint

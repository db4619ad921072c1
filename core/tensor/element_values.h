// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_window.h"

namespace waypoint {

/// All elements of a tensor, exactly, appended in row-major order. Requires: it was cut to what memory can hold.
/// Opaque bits count as unsigned numbers. Errors as forEachBlock.
Result<void> appendElements(const NumericTensor &tensor, const std::stop_token &stop, std::vector<Element> &into);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/compare/diff_matching.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace waypoint {

/// Takes apart pairs of equal names in numbered lists of other lengths ("features.3" of a Sequential with one layer
/// more), from the first whose shapes differ on: their numbers may mean other layers now. The pairs it took apart.
[[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint32_t>>
releaseShiftedLists(const std::vector<DiffTensor> &a, const std::vector<DiffTensor> &b, TensorMatches &matches);

}  // namespace waypoint

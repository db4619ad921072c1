// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace waypoint {

/// Where the straight part of edges with equal steps of asinh(x / linear) ends: the narrowest bin is about as wide as
/// such a step is near zero.
[[nodiscard]] double linearPartOf(const std::vector<double> &edges);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curves.h"

#include <filesystem>
#include <vector>

namespace waypoint {

/// The checkpoints directly in a folder (also HF's folders checkpoint-500), in the order of their names: epoch and step
/// as far as the names tell. A second name of the same file (last.pth, best.pth as links) knows what the first does.
/// Opens nothing.
[[nodiscard]] std::vector<CurveMark> checkpointsIn(const std::filesystem::path &folder);

/// Gives marks that know only their epoch the last step of that epoch in `curves`.
void placeMarks(std::vector<CurveMark> &marks, const std::vector<Curve> &curves);

}  // namespace waypoint

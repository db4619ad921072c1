// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curves.h"

namespace waypoint {

std::vector<Curve> curvesIn(const Checkpoint &) { return {}; }

bool looksLikeLog(const std::filesystem::path &path) { return path.filename() == "metrics.jsonl"; }

}  // namespace waypoint

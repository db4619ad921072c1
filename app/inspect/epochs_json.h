// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/epochs_report.h"
#include "app/inspect/json_output.h"

namespace waypoint {

/// One document: "axis" (of the positions: "epoch", "step", or "order"), "files", "tensors" with a point or null for
/// each file, "model" (all parameters together), "scalars", "best", "frozen"/"stalled"/"dead"/"broken" parameters,
/// "unreadable", "notes".
void writeEpochsJson(const EpochsReport &report, JsonWriter &json);

}  // namespace waypoint

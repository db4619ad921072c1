// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/trainer.h"

#include <CLI/CLI.hpp>

#include <string>

namespace waypoint {

/// Loss, accuracy, a line per class and the confusion matrix.
[[nodiscard]] std::string evaluationText(const EvaluationReport &report);
/// The same as one JSON document; "NaN" where a share is of nothing.
[[nodiscard]] std::string evaluationJson(const EvaluationReport &report);

/// `waypoint-train evaluate CHECKPOINT --data SPEC [--json]`. Sets `status` when it has run.
void addEvaluateCommand(CLI::App &app, int &status);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/exit_status.h"

#include <CLI/CLI.hpp>

namespace waypoint {

/// `waypoint-inspect curves PATH`: the curves of a run, a log or the checkpoints of a folder. Sets `status` when it
/// has run.
void addCurvesCommand(CLI::App &app, ExitStatus &status);

}  // namespace waypoint

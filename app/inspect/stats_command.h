// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/exit_status.h"

#include <CLI/CLI.hpp>

namespace waypoint {

/// `stats FILE [--json] [--match GLOB] [--histogram] [--timing]`: smallest, largest, mean, spread of every tensor.
/// Writes `status` when the command has run.
void addStatsCommand(CLI::App &app, ExitStatus &status);

}  // namespace waypoint

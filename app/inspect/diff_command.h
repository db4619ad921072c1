// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/exit_status.h"

#include <CLI/CLI.hpp>

namespace waypoint {

/// `diff A B [--json] [--section-a PATH] [--section-b PATH] ...`: what changed from one checkpoint to another, or
/// between two parts of one. Writes `status` when the command has run.
void addDiffCommand(CLI::App &app, ExitStatus &status);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/exit_status.h"

#include <CLI/CLI.hpp>

namespace waypoint {

/// `waypoint-inspect tree FILE`: every entry of a checkpoint with its path. Sets `status` when it has run.
void addTreeCommand(CLI::App &app, ExitStatus &status);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/exit_status.h"

#include <CLI/CLI.hpp>

namespace waypoint {

/// `waypoint-inspect scan FILE`: the classes and functions a file names and how dangerous they are. Sets `status`
/// when it has run: Dangerous even where the file cannot be read to its end.
void addScanCommand(CLI::App &app, ExitStatus &status);

}  // namespace waypoint

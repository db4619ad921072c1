// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/exit_status.h"

#include <CLI/CLI.hpp>

namespace waypoint {

/// waypoint-inspect export IN -o OUT: writes a checkpoint, or a part of it, as a new file.
void addExportCommand(CLI::App &app, ExitStatus &status);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/exit_status.h"

#include <CLI/CLI.hpp>

namespace waypoint {

/// `waypoint-inspect salvage IN -o OUT`: writes what can be saved of a damaged checkpoint, and says what cannot. Sets
/// `status` when it has run: Done where something was written, or could be with --dry-run.
void addSalvageCommand(CLI::App &app, ExitStatus &status);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/exit_status.h"

#include <CLI/CLI.hpp>

namespace waypoint {

/// `average PATH... -o OUT [--weights W,W,...] [--section PATH]`: the mean of the weights of several checkpoints as a
/// state_dict. Writes `status` when the command has run.
void addAverageCommand(CLI::App &app, ExitStatus &status);

}  // namespace waypoint

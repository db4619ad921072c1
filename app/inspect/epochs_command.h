// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/exit_status.h"

#include <CLI/CLI.hpp>

namespace waypoint {

/// `epochs PATH... [--json] [--section PATH] [--match GLOB] [--metric NAME] [--every N] [--most N]`: what each layer
/// did over the checkpoints of a run. Writes `status` when the command has run.
void addEpochsCommand(CLI::App &app, ExitStatus &status);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/exit_status.h"

#include <CLI/CLI.hpp>

namespace waypoint {

/// `waypoint-inspect schedule FILE`: the learning rates of each scheduler in a checkpoint, before and after the moment
/// it was saved. Sets `status` when it has run.
void addScheduleCommand(CLI::App &app, ExitStatus &status);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

namespace waypoint {

/// `waypoint-train start`, `resume` and `plan`. Each sets `status` when it has run.
void addRunCommands(CLI::App &app, int &status);

}  // namespace waypoint

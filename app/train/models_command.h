// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

namespace waypoint {

/// `waypoint-train models [--json]`. Sets `status` when it has run.
void addModelsCommand(CLI::App &app, int &status);

}  // namespace waypoint

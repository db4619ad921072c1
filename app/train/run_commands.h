// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

#include <span>

namespace waypoint {

/// `waypoint-train start`, `resume` and `plan`. Each sets `status` when it has run.
void addRunCommands(CLI::App &app, int &status);

/// What `plan --json` prints where its options cannot be understood: a plan with the reason and the option at fault.
/// Nothing for other commands. `arguments` are the program's.
void writeUnparsedPlan(std::span<const char *const> arguments, const CLI::Error &error);

}  // namespace waypoint

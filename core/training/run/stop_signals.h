// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace waypoint {

/// From now on SIGTERM, SIGINT and SIGHUP ask the run to stop after its step, and a closed pipe or terminal on standard
/// output is no reason to die. A second SIGINT within the run ends the process as usual.
void watchStopSignals();

/// Whether one of them has come.
[[nodiscard]] bool stopSignalled();

}  // namespace waypoint

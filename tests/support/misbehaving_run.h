// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace waypoint::test {

/// What the stand-in does where it is told to `start` or `resume` a run. The exit status.
int misbehaveAsRun(int argc, char **argv, const std::string &mode);

}  // namespace waypoint::test

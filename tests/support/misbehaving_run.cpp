// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/misbehaving_run.h"

namespace waypoint::test {

int misbehaveAsRun(int /*argc*/, char ** /*argv*/, const std::string & /*mode*/) { return 0; }

}  // namespace waypoint::test

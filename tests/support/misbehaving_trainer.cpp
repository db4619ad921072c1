// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Stands in for waypoint-train. What it does wrong is the word in the environment's WAYPOINT_MISBEHAVE, or in the file
// that WAYPOINT_MISBEHAVE_FILE names, which a test can change from one process to the next; "fine" where neither is.
#include "tests/support/misbehaving_query.h"
#include "tests/support/misbehaving_run.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include <unistd.h>

namespace {

/// No test takes longer, and none leaves it behind.
constexpr unsigned kLifeSeconds = 60;

std::string chosenMode()
{
    std::string mode;
    if (const char *const file = std::getenv("WAYPOINT_MISBEHAVE_FILE"))
        std::ifstream(file) >> mode;
    else if (const char *const word = std::getenv("WAYPOINT_MISBEHAVE"))
        mode = word;
    return mode.empty() ? "fine" : mode;
}

bool isRun(std::string_view command) { return command == "start" || command == "resume"; }

}  // namespace

int main(int argc, char **argv)
{
    ::alarm(kLifeSeconds);
    const std::string mode = chosenMode();
    if (argc > 1 && isRun(argv[1]))
        return waypoint::test::misbehaveAsRun(argc, argv, mode);
    return waypoint::test::misbehaveAsQuery(argc, argv, mode);
}

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/explore.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *bytes, std::size_t size)
{
    waypoint::fuzz::readPickle(waypoint::fuzz::fileOf(bytes, size));
    return 0;
}

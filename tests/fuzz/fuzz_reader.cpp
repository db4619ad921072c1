// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/readers.h"
#include "tests/fuzz/explore.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *bytes, std::size_t size)
{
    waypoint::fuzz::readWith(waypoint::FUZZED_READER(), waypoint::fuzz::fileOf(bytes, size));
    return 0;
}

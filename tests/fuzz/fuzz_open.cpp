// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/explore.h"

using namespace waypoint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *bytes, std::size_t size)
{
    const Opened opened = openCheckpoint(sourceOf(fuzz::fileOf(bytes, size), 0));
    if (opened.checkpoint)
        fuzz::explore(*opened.checkpoint);
    return 0;
}

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>

namespace waypoint {

/// How far a piece of work has come. Written by the worker, sampled by whoever shows it; any thread.
struct Progress
{
    std::atomic<std::uint64_t> done = 0;
    std::atomic<std::uint64_t> total = 0;  ///< 0 while it is not known
};

}  // namespace waypoint

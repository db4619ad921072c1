// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace waypoint {

/// Calls `work` once for each number below `count`, on up to `threads` threads (0: all cores), the calling one among
/// them. `work` must not throw.
template<typename Work>
void parallelFor(std::size_t count, unsigned threads, const Work &work)
{
    std::atomic<std::size_t> next = 0;
    const auto run = [&] {
        for (std::size_t i = next++; i < count; i = next++)
            work(i);
    };
    const std::size_t most = threads > 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::jthread> helpers;
    try {
        for (std::size_t i = 1; i < std::min(most, count); ++i)
            helpers.emplace_back(run);
    } catch (const std::system_error &) {
        // Fewer threads do the same.
    }
    run();
}

}  // namespace waypoint

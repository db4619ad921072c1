// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/open_file_limit.h"

#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include <sys/resource.h>

namespace waypoint {

namespace {

/// What the rest of a program may hold: libraries, sockets, pipes.
constexpr rlim_t kOthers = 200;

}  // namespace

Result<void> ensureOpenFiles(std::size_t more)
{
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    const rlim_t wanted = rlim_t{more} + kOthers;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= wanted)
        return {};
    const rlim_t possible = limit.rlim_max == RLIM_INFINITY ? wanted : std::min(wanted, limit.rlim_max);
    if (possible == wanted) {
        limit.rlim_cur = wanted;
        if (::setrlimit(RLIMIT_NOFILE, &limit) == 0)
            return {};
    }
    return Error{ErrorCode::ReadFailed,
                 fmt::format("{} files are to be open at once, and the system allows a process {}", groupedDigits(more),
                             groupedDigits(limit.rlim_cur)),
                 {},
                 "Take fewer files, or raise the limit (ulimit -Hn).",
                 {}};
}

}  // namespace waypoint

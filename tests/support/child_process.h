// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace waypoint::test {

/// Runs `work` in a forked process and waits for its end: the exit status it returns, or minus the signal that killed
/// it. For what cannot be undone in a process: limits, mounts, users. Requires: this process has one thread.
inline int inChild(const std::function<int()> &work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace waypoint::test

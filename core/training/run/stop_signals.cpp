// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/stop_signals.h"

#include <atomic>
#include <csignal>

namespace waypoint {

namespace {

std::atomic<bool> g_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free, "only such an object may be touched in a signal handler");

void onSignal(int signal)
{
    g_stop = true;
    if (signal == SIGINT)
        std::signal(SIGINT, SIG_DFL);
}

}  // namespace

void watchStopSignals()
{
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        struct sigaction before = {};
        sigaction(signal, nullptr, &before);
        if (before.sa_handler != SIG_IGN)  // nohup, or a shell's background job, wants it ignored
            sigaction(signal, &action, nullptr);
    }
    std::signal(SIGPIPE, SIG_IGN);
}

bool stopSignalled() { return g_stop; }

}  // namespace waypoint

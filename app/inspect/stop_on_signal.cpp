// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/stop_on_signal.h"

#include <ctime>

namespace waypoint {

StopOnSignal::StopOnSignal()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, &m_before);
    m_waiting = std::jthread([signals, stop = m_stop](const std::stop_token &end) mutable {
        // Looks up now and then whether it is still wanted: what asked for a stop once need not wait any more.
        constexpr timespec kPatience{.tv_sec = 0, .tv_nsec = 20'000'000};
        while (!end.stop_requested() && !stop.stop_requested())
            if (sigtimedwait(&signals, nullptr, &kPatience) > 0)
                stop.request_stop();
    });
}

StopOnSignal::~StopOnSignal()
{
    m_waiting.request_stop();
    m_waiting.join();
    pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
}

}  // namespace waypoint

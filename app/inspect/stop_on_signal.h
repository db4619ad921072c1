// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace waypoint {

/// As long as it lives, SIGINT and SIGTERM ask for a stop and do not end the process, so that a file half written is
/// taken away again. To be made before any other thread; one at a time.
class StopOnSignal
{
public:
    StopOnSignal();
    ~StopOnSignal();
    StopOnSignal(const StopOnSignal &) = delete;
    StopOnSignal &operator=(const StopOnSignal &) = delete;

    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }

private:
    sigset_t m_before{};
    std::stop_source m_stop;
    std::jthread m_waiting;  ///< last, so that it ends first
};

}  // namespace waypoint

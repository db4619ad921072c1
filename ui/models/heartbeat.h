// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

namespace waypoint {

struct RunStatus;

/// Tells a trainer that works from one that only is there. Clocks of two computers are never compared: what counts is
/// how long the heartbeat has been seen to stand still; only a trainer of this computer is known to be quiet at first
/// sight.
class Heartbeat
{
public:
    using Clock = std::chrono::steady_clock;

    /// The latest status of a living trainer, and whether it has been quiet for too long.
    [[nodiscard]] bool isQuiet(const RunStatus &status, bool isHere, Clock::time_point now = Clock::now());
    /// There is no trainer (any more).
    void forget() { *this = {}; }

private:
    std::int64_t m_pid = -1;
    double m_beat = 0;  ///< as the trainer wrote it
    Clock::time_point m_since;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/heartbeat.h"

#include "core/run/run_folder.h"
#include "core/run/surroundings.h"

namespace waypoint {

namespace {

constexpr std::chrono::seconds kPatience(10);  ///< it beats every second, and a busy network disk may be late

Heartbeat::Clock::duration ageOf(double beat)
{
    const std::chrono::duration<double> age(secondsNow() - beat);
    return age.count() > 0 ? std::chrono::duration_cast<Heartbeat::Clock::duration>(age) : Heartbeat::Clock::duration{};
}

}  // namespace

bool Heartbeat::isQuiet(const RunStatus &status, bool isHere, Clock::time_point now)
{
    if (status.pid != m_pid || status.heartbeat != m_beat) {
        const bool isFirst = m_pid == -1;
        m_pid = status.pid;
        m_beat = status.heartbeat;
        m_since = now;
        if (isFirst && isHere && m_beat > 0)
            m_since -= ageOf(m_beat);
    }
    return now - m_since > kPatience;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/stall_watch.h"

#include <algorithm>
#include <ctime>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kBeat(2);

std::chrono::nanoseconds threadCpuTime()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

StallWatch::StallWatch(QObject *parent) : QObject(parent)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(kBeat);
    connect(&m_timer, &QTimer::timeout, this, &StallWatch::beat);
    m_timer.start();
    restart();
}

void StallWatch::restart()
{
    m_longestTurn = {};
    m_longestCpuTurn = {};
    m_wall.start();
    m_cpuAtBeat = threadCpuTime();
}

void StallWatch::beat()
{
    using std::chrono::microseconds;
    const auto wall = std::chrono::duration_cast<microseconds>(std::chrono::nanoseconds(m_wall.nsecsElapsed()) - kBeat);
    const std::chrono::nanoseconds cpu = threadCpuTime();
    m_longestTurn = std::max(m_longestTurn, wall);
    m_longestCpuTurn = std::max(m_longestCpuTurn, std::chrono::duration_cast<microseconds>(cpu - m_cpuAtBeat));
    m_wall.start();
    m_cpuAtBeat = cpu;
}

}  // namespace waypoint

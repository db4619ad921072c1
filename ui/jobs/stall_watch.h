// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <chrono>

namespace waypoint {

/// Measures how long an event loop is busy between two beats of a fast timer. Lives on the thread it watches.
///
/// Two clocks: wall time is what a person feels; the thread's own CPU time stays meaningful on a
/// machine that other programs keep busy.
class StallWatch final : public QObject
{
    Q_OBJECT

public:
    explicit StallWatch(QObject *parent = nullptr);

    /// Forgets what was measured and begins anew.
    void restart();

    [[nodiscard]] std::chrono::microseconds longestTurn() const { return m_longestTurn; }
    [[nodiscard]] std::chrono::microseconds longestCpuTurn() const { return m_longestCpuTurn; }

private:
    void beat();

    QTimer m_timer;
    QElapsedTimer m_wall;
    std::chrono::nanoseconds m_cpuAtBeat{};
    std::chrono::microseconds m_longestTurn{};
    std::chrono::microseconds m_longestCpuTurn{};
};

}  // namespace waypoint

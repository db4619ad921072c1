// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

namespace waypoint {

/// Samples per second over the last seconds, pauses left out.
class Pace
{
public:
    using Clock = std::chrono::steady_clock;

    void add(std::int64_t samples) { m_samples += samples; }
    /// The time until now does not count.
    void skip() { m_since = Clock::now(); }
    /// Updates the rate about once a second; returns it. 0 before the first.
    double rate()
    {
        const std::chrono::duration<double> passed = Clock::now() - m_since;
        if (passed.count() >= kWindow || (m_rate == 0 && passed.count() > 0.05)) {
            const double now = static_cast<double>(m_samples) / passed.count();
            m_rate = m_rate == 0 ? now : m_rate + (now - m_rate) * kWeight;
            m_samples = 0;
            m_since = Clock::now();
        }
        return m_rate;
    }

private:
    static constexpr double kWindow = 1;    // seconds
    static constexpr double kWeight = 0.3;  // of the newest window

    Clock::time_point m_since = Clock::now();
    std::int64_t m_samples = 0;
    double m_rate = 0;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace waypoint {

/// Work that is done again and again over data that keeps coming: what a person changes is shown at once, what comes by
/// itself takes no more than a fifth of a core. Lives on the receiver's thread.
///
/// Work that runs is finished before it begins anew: results would never be seen otherwise where data comes faster than
/// the work is done.
template<typename T>
class RationedJob final
{
public:
    using Work = typename Job<T>::Work;
    using Prepare = std::function<Work()>;
    using Done = std::function<void(T)>;

    /// `prepare` gives the work over the data of that moment. Requires: `receiver` owns it.
    RationedJob(QObject *receiver, std::chrono::milliseconds shortestRest, Prepare prepare, Done done)
        : m_shortestRest(shortestRest), m_prepare(std::move(prepare)), m_done(std::move(done)), m_job(receiver)
    {
        m_rest.setSingleShot(true);
        QObject::connect(&m_rest, &QTimer::timeout, receiver, [this] {
            if (m_hasNews)
                runSoon();
        });
    }

    void runNow()
    {
        if (m_job.isRunning()) {
            m_isStale = true;
            return;
        }
        m_hasNews = false;
        m_clock.start();
        m_job.start(m_prepare(), [this](T result) { finish(std::move(result)); });
    }

    /// Once the work before has not taken too much time.
    void runSoon()
    {
        m_hasNews = m_job.isRunning() || m_rest.isActive();
        if (!m_hasNews)
            runNow();
    }

    /// Its result never arrives; news that came are forgotten.
    void cancel()
    {
        m_job.cancel();
        m_rest.stop();
        m_isStale = m_hasNews = false;
    }

private:
    void finish(T result)
    {
        m_done(std::move(result));
        constexpr int kRestPerWork = 4;
        constexpr std::chrono::milliseconds kLongestRest(3000);
        const std::chrono::milliseconds took(m_clock.elapsed());
        m_rest.start(std::clamp(took * kRestPerWork, m_shortestRest, kLongestRest));
        if (std::exchange(m_isStale, false))
            runNow();
    }

    std::chrono::milliseconds m_shortestRest;
    Prepare m_prepare;
    Done m_done;
    bool m_isStale = false;  ///< something changed while it ran
    bool m_hasNews = false;  ///< data came meanwhile, or soon after
    QTimer m_rest;
    QElapsedTimer m_clock;
    Job<T> m_job;
};

}  // namespace waypoint

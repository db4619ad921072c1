// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "ui/jobs/job_pool.h"

#include <QtCore/QFutureWatcher>
#include <QtCore/QObject>
#include <QtCore/QPromise>
#include <QtCore/QThreadPool>

#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

namespace waypoint {

/// One piece of background work at a time, for one receiver. Lives on the receiver's thread.
///
/// A newer start() replaces an older one: the older work is asked to stop and its result never arrives.
/// The same holds for cancel() and for destroying the job; neither waits for the worker. Work is a function of values
/// that sees nothing of the window: it polls its stop_token and writes Progress, which the window samples.
template<typename T>
class Job final
{
public:
    using Work = std::function<T(std::stop_token, Progress &)>;
    using Done = std::function<void(T)>;

    /// Requires: `receiver` outlives the job or is what owns it.
    explicit Job(QObject *receiver) : m_receiver(receiver) {}
    ~Job() { cancel(); }
    Job(const Job &) = delete;
    Job &operator=(const Job &) = delete;

    /// Runs `work` on a thread of the pool and calls `done` with its result on the receiver's thread.
    /// `done` may start the job anew, or destroy it.
    void start(Work work, Done done)
    {
        cancel();
        m_stop = std::stop_source();
        m_progress = std::make_shared<Progress>();
        // QThreadPool takes copyable functions only; a QPromise is not.
        auto promise = std::make_shared<QPromise<T>>();
        m_watcher = std::make_unique<Watcher>();
        QObject::connect(m_watcher.get(), &QFutureWatcherBase::finished, m_receiver,
                         [this, done = std::move(done)] { deliver(done); });
        promise->start();
        m_watcher->setFuture(promise->future());
        jobPool().start([work = std::move(work), promise, progress = m_progress, stop = m_stop.get_token()] {
            promise->addResult(work(stop, *progress));
            promise->finish();
        });
    }

    /// Asks the worker to stop and forgets it. Its result is dropped.
    void cancel()
    {
        m_stop.request_stop();
        release();
    }

    [[nodiscard]] bool isRunning() const { return m_watcher != nullptr; }
    /// How far the current (or last) work is; null before the first start.
    [[nodiscard]] const Progress *progress() const { return m_progress.get(); }

private:
    using Watcher = QFutureWatcher<T>;

    void deliver(const Done &done)
    {
        QFuture<T> future = m_watcher->future();
        const Done call = done;  // release() ends the connection that holds `done`
        release();
        call(future.takeResult());
    }

    void release()
    {
        if (!m_watcher)
            return;
        QObject::disconnect(m_watcher.get(), nullptr, m_receiver, nullptr);
        // Not deleted at once: start() and cancel() may be called from its own finished().
        m_watcher.release()->deleteLater();
    }

    QObject *m_receiver;
    std::stop_source m_stop;
    std::shared_ptr<Progress> m_progress;
    std::unique_ptr<Watcher> m_watcher;
};

}  // namespace waypoint

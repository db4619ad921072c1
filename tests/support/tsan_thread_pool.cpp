// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Part of the tests under ThreadSanitizer. Qt is not instrumented, so the lock of its thread pool stays unseen and all
// that is handed to a worker looks like a race. This stands in for the function that hands it over and says when.
#include <QtCore/QRunnable>
#include <QtCore/QThreadPool>

#include <sanitizer/tsan_interface.h>

#include <functional>
#include <utility>

namespace {

class HandedOver final : public QRunnable
{
public:
    explicit HandedOver(std::function<void()> work) : m_work(std::move(work)) { __tsan_release(this); }

    void run() override
    {
        __tsan_acquire(this);
        m_work();
    }

private:
    std::function<void()> m_work;
};

}  // namespace

void QThreadPool::start(std::function<void()> work, int priority) { start(new HandedOver(std::move(work)), priority); }

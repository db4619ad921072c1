// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/block_pool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace waypoint {

namespace {

/// More threads only wait for memory, and each has a buffer.
constexpr unsigned kMostThreads = 32;

/// A strided tensor larger than this is gathered alone: it may take 70 MiB.
constexpr ByteCount kSmallStrided{1u << 20};

using TaskPtr = std::shared_ptr<BlockTask>;

/// What the threads share: which tensor is next, and the blocks of those that have been opened.
class BlockPool
{
public:
    BlockPool(std::size_t count, const BlockTaskAt &taskAt, const std::stop_token &stop, Progress *progress)
        : m_count(count), m_taskAt(taskAt), m_stop(stop), m_progress(progress)
    {
    }

    /// Works until nothing is left. Called once by each thread.
    void work()
    {
        BlockBuffers buffers;
        while (!m_stop.stop_requested()) {
            const std::optional<Work> work = take();
            if (!work)
                return;
            if (!work->task)
                openNext(work->number, buffers);
            else
                runBlock(*work, buffers);
        }
        {
            // Whoever has looked for a stop before this one came waits by now and hears the call.
            const std::scoped_lock lock(m_guard);
        }
        m_changed.notify_all();
    }

private:
    /// A block of an opened tensor, or, without a task, the number of a tensor that is to be opened.
    struct Work
    {
        TaskPtr task;
        std::size_t number = 0;
    };
    struct Open
    {
        TaskPtr task;
        std::size_t next = 0;
    };

    std::optional<Work> take()
    {
        std::unique_lock lock(m_guard);
        for (;;) {
            if (auto work = takeBlock())
                return work;
            if (m_next < m_count) {
                ++m_opening;
                return Work{nullptr, m_next++};
            }
            // Whoever opens a tensor now may have blocks for others in a moment.
            if ((m_opening == 0 && m_open.empty() && m_strided.empty()) || m_stop.stop_requested())
                return std::nullopt;
            m_changed.wait(lock);
        }
    }

    std::optional<Work> takeBlock()
    {
        if (!m_open.empty()) {
            Open &open = m_open.front();
            Work work{open.task, open.next++};
            if (open.next == open.task->blocks())
                m_open.pop_front();
            return work;
        }
        if (m_strided.empty() || m_isGathering)
            return std::nullopt;
        m_isGathering = true;
        Work work{m_strided.front(), 0};
        m_strided.pop_front();
        return work;
    }

    void openNext(std::size_t number, BlockBuffers &buffers)
    {
        const auto task = m_taskAt(number);
        const bool isSmall = task->blocks() <= 1 && (!task->isStrided() || task->bytesOf(0) <= kSmallStrided);
        const bool tellOthers = announce(task, isSmall);
        if (tellOthers)
            m_changed.notify_all();
        if (task->blocks() == 0)
            deliver(*task);
        else if (isSmall)
            run(*task, 0, buffers);
    }

    /// Whether others may wait for this.
    bool announce(const TaskPtr &task, bool isSmall)
    {
        const std::scoped_lock lock(m_guard);
        --m_opening;
        if (!isSmall)
            task->isStrided() ? m_strided.push_back(task) : m_open.push_back({task});
        return !isSmall || m_next == m_count;
    }

    void runBlock(const Work &work, BlockBuffers &buffers)
    {
        run(*work.task, work.number, buffers);
        if (!work.task->isStrided())
            return;
        buffers = {};  // not one set of large ones for each thread
        {
            const std::scoped_lock lock(m_guard);
            m_isGathering = false;
        }
        m_changed.notify_all();
    }

    void run(BlockTask &task, std::size_t block, BlockBuffers &buffers)
    {
        const bool isLast = task.run(block, m_stop, buffers);
        if (m_progress)
            m_progress->done += task.bytesOf(block).value;
        if (isLast)
            deliver(task);
    }

    void deliver(BlockTask &task)
    {
        if (m_stop.stop_requested())
            return;
        const std::scoped_lock lock(m_delivery);
        task.deliver();
    }

    const std::size_t m_count;
    const BlockTaskAt &m_taskAt;
    const std::stop_token &m_stop;
    Progress *m_progress;

    std::mutex m_guard;  ///< of what follows
    std::condition_variable m_changed;
    std::size_t m_next = 0;
    std::size_t m_opening = 0;
    std::deque<Open> m_open;
    std::deque<TaskPtr> m_strided;
    bool m_isGathering = false;

    std::mutex m_delivery;
};

}  // namespace

Result<void> runBlockTasks(std::size_t count, const BlockTaskAt &taskAt, const std::stop_token &stop, unsigned threads,
                           Progress *progress)
{
    if (threads == 0)
        threads = std::max(1u, std::thread::hardware_concurrency());
    threads = std::min(threads, kMostThreads);
    BlockPool pool(count, taskAt, stop, progress);
    {
        std::vector<std::jthread> helpers;
        try {
            while (helpers.size() + 1 < threads)
                helpers.emplace_back([&pool] { pool.work(); });
        } catch (const std::system_error &) {
            // Fewer threads do the same.
        }
        pool.work();
    }
    return stop.stop_requested() ? Result<void>(Error{ErrorCode::Cancelled}) : Result<void>();
}

}  // namespace waypoint

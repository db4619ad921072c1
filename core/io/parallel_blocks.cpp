// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/parallel_blocks.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

constexpr unsigned kMostThreads = 16;
constexpr std::size_t kBlocksWorthAThread = 8;

/// What the threads share.
class Blocks
{
public:
    Blocks(std::size_t count, std::size_t bufferBytes, const std::stop_token &stop, const BlockWork &work)
        : m_count(count), m_bufferBytes(bufferBytes), m_stop(stop), m_work(work)
    {
    }

    void run()
    {
        try {
            std::vector<std::byte> buffer(m_bufferBytes);
            // What is taken is done, and in order: whoever fails leaves no block before its own untried.
            while (!m_failed && !m_stop.stop_requested()) {
                const std::size_t block = m_next++;
                if (block >= m_count)
                    return;
                if (const Result<void> done = m_work(block, buffer); !done)
                    fail(block, done.error());
                else
                    ++m_done;
            }
        } catch (const std::bad_alloc &) {
            fail(m_count, {ErrorCode::TooLarge, "there is not enough memory"});
        }
    }

    [[nodiscard]] Result<void> result() const
    {
        if (m_error)
            return *m_error;
        return m_done == m_count ? Result<void>() : Error{ErrorCode::Cancelled, "stopped"};
    }

private:
    void fail(std::size_t block, Error error)
    {
        const std::scoped_lock lock(m_guard);
        m_failed = true;
        if (!m_error || block < m_errorBlock) {
            m_error = std::move(error);
            m_errorBlock = block;
        }
    }

    const std::size_t m_count;
    const std::size_t m_bufferBytes;
    const std::stop_token &m_stop;
    const BlockWork &m_work;
    std::atomic<std::size_t> m_next = 0;
    std::atomic<std::size_t> m_done = 0;
    std::atomic<bool> m_failed = false;
    std::mutex m_guard;
    std::optional<Error> m_error;
    std::size_t m_errorBlock = 0;
};

}  // namespace

Result<void> inParallel(std::size_t count, std::size_t bufferBytes, const std::stop_token &stop, const BlockWork &work)
{
    Blocks blocks(count, bufferBytes, stop, work);
    {
        const std::size_t wanted = std::min<std::size_t>(
            {std::max(std::thread::hardware_concurrency(), 1u), kMostThreads, 1 + count / kBlocksWorthAThread});
        std::vector<std::jthread> others;
        try {
            while (others.size() + 1 < wanted)
                others.emplace_back([&blocks] { blocks.run(); });
        } catch (const std::system_error &) {
            // The system has no thread left for us; those there are do it all.
        }
        blocks.run();
    }
    return blocks.result();
}

}  // namespace waypoint

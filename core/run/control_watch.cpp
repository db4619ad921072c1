// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/control_watch.h"

#include "core/io/atomic_file.h"
#include "core/run/surroundings.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include <unistd.h>

namespace waypoint {

namespace {

using namespace std::chrono_literals;

constexpr auto kLookEvery = 50ms;
constexpr auto kBeatEvery = 1s;

std::optional<Control> readControl(const RunPaths &paths)
{
    // Opened and read each time: a network file system may keep an old size and time for seconds, but asks again on
    // opening.
    const auto text = readText(paths.control());
    if (!text)
        return std::nullopt;
    const auto control = parseControl(*text);
    if (!control)
        return std::nullopt;
    return *control;
}

}  // namespace

class ControlWatch::Impl
{
public:
    Impl(RunPaths paths, RunStatus status) : m_paths(std::move(paths)), m_status(std::move(status))
    {
        if (m_status.pid == 0)
            m_status.pid = ::getpid();
        if (m_status.host.empty())
            m_status.host = hostName();
        if (const auto control = readControl(m_paths))
            m_seenSeq = control->seq;
        writeStatus();
        // Two threads: flushing a status to a busy disk can take longer than a command may wait.
        m_looking = std::jthread([this](const std::stop_token &stop) { lookUntil(stop); });
        m_writing = std::jthread([this](const std::stop_token &stop) { writeUntil(stop); });
    }

    Impl(const Impl &) = delete;
    Impl &operator=(const Impl &) = delete;

    ~Impl()
    {
        m_looking = {};
        m_writing = {};
        writeStatus();
    }

    void set(const std::function<void(RunStatus &)> &change)
    {
        const std::lock_guard lock(m_mutex);
        const auto state = m_status.state;
        const auto message = m_status.message;
        change(m_status);
        if (state != m_status.state || message != m_status.message)
            writeSoon();
    }

    RunStatus status() const
    {
        const std::lock_guard lock(m_mutex);
        return m_status;
    }

    std::optional<Error> lastError() const
    {
        const std::lock_guard lock(m_mutex);
        return m_error;
    }

    std::optional<Control> take()
    {
        if (!m_waiting.load(std::memory_order_acquire))
            return std::nullopt;
        const std::lock_guard lock(m_mutex);
        const auto control = m_commands.front();
        m_commands.pop_front();
        m_waiting.store(!m_commands.empty(), std::memory_order_release);
        m_status.handledSeq = control.seq;
        writeSoon();
        return control;
    }

    void wait(std::chrono::milliseconds atMost)
    {
        std::unique_lock lock(m_mutex);
        m_arrived.wait_for(lock, atMost, [this] { return !m_commands.empty(); });
    }

private:
    /// Requires: m_mutex is held.
    void writeSoon()
    {
        m_due = true;
        m_dueChanged.notify_one();
    }

    void writeStatus()
    {
        const auto memory = residentBytes();
        std::unique_lock lock(m_mutex);
        m_due = false;
        m_status.memoryBytes = memory;
        m_status.heartbeat = secondsNow();
        const auto text = statusJson(m_status);
        lock.unlock();
        const auto written = replaceFile(m_paths.status(), text);
        lock.lock();
        m_error = written ? std::nullopt : std::optional(written.error());
    }

    void writeUntil(const std::stop_token &stop)
    {
        while (!stop.stop_requested()) {
            {
                std::unique_lock lock(m_mutex);
                m_dueChanged.wait_for(lock, stop, kBeatEvery, [this] { return m_due; });
            }
            if (!stop.stop_requested())
                writeStatus();
        }
    }

    void lookUntil(const std::stop_token &stop)
    {
        while (!stop.stop_requested()) {
            if (const auto control = readControl(m_paths); control && control->seq > m_seenSeq)
                arrive(*control);
            std::unique_lock lock(m_lookMutex);
            m_lookSoon.wait_for(lock, stop, kLookEvery, [] { return false; });
        }
    }

    void arrive(const Control &control)
    {
        m_seenSeq = control.seq;
        const std::lock_guard lock(m_mutex);
        m_commands.push_back(control);
        m_waiting.store(true, std::memory_order_release);
        m_arrived.notify_all();
    }

    const RunPaths m_paths;

    mutable std::mutex m_mutex;  ///< guards what follows
    RunStatus m_status;
    std::deque<Control> m_commands;
    std::optional<Error> m_error;
    bool m_due = false;  ///< the status is to be written before the next heartbeat
    std::condition_variable_any m_dueChanged;
    std::condition_variable m_arrived;

    std::atomic<bool> m_waiting = false;  ///< whether m_commands holds any

    std::int64_t m_seenSeq = -1;  ///< of m_looking alone, once that runs
    std::mutex m_lookMutex;
    std::condition_variable_any m_lookSoon;

    std::jthread m_looking;
    std::jthread m_writing;
};

ControlWatch::ControlWatch(RunPaths paths, RunStatus status)
    : m_impl(std::make_unique<Impl>(std::move(paths), std::move(status)))
{
}

ControlWatch::~ControlWatch() = default;

void ControlWatch::set(const std::function<void(RunStatus &)> &change) { m_impl->set(change); }
RunStatus ControlWatch::status() const { return m_impl->status(); }
std::optional<Error> ControlWatch::lastError() const { return m_impl->lastError(); }
std::optional<Control> ControlWatch::take() { return m_impl->take(); }
void ControlWatch::wait(std::chrono::milliseconds atMost) { m_impl->wait(atMost); }

}  // namespace waypoint

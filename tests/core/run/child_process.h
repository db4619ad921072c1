// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace waypoint::test {

/// A second process that does `work`, says what came of it, and then lives on until it is killed.
/// Requires: no other thread runs when it is made.
class ChildProcess
{
public:
    explicit ChildProcess(const std::function<std::string()> &work)
    {
        int ends[2] = {-1, -1};
        if (::pipe(ends) != 0)
            return;
        m_pid = ::fork();
        if (m_pid == 0) {
            ::close(ends[0]);
            live(ends[1], work);
        }
        ::close(ends[1]);
        m_said = readAll(ends[0]);
        ::close(ends[0]);
    }
    ChildProcess(const ChildProcess &) = delete;
    ChildProcess &operator=(const ChildProcess &) = delete;
    ~ChildProcess() { kill(); }

    [[nodiscard]] pid_t pid() const { return m_pid; }
    /// What `work` returned, once it did.
    [[nodiscard]] const std::string &said() const { return m_said; }

    /// As kill -9 does; back when the process is gone.
    void kill()
    {
        if (m_pid <= 0)
            return;
        ::kill(m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
        m_pid = -1;
    }

private:
    [[noreturn]] static void live(int end, const std::function<std::string()> &work)
    {
        // `work` may keep what it made: it must stay alive here.
        const auto text = work();
        if (::write(end, text.data(), text.size()) < 0)
            ::_exit(1);
        ::close(end);
        while (true)
            ::pause();
    }

    static std::string readAll(int end)
    {
        std::string text;
        char bytes[512];
        for (ssize_t got = 0; (got = ::read(end, bytes, sizeof bytes)) > 0;)
            text.append(bytes, static_cast<std::size_t>(got));
        return text;
    }

    pid_t m_pid = -1;
    std::string m_said;
};

}  // namespace waypoint::test

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// The exit status of a process whose end somebody else has been told.
inline constexpr int kUnknownExit = -1;

/// How a process ended.
struct TrainerExit
{
    bool signalled = false;
    int code = 0;  ///< exit status, or the signal's number; kUnknownExit

    bool operator==(const TrainerExit &) const = default;
};

/// A trainer that outlives whoever started it: in a session of its own, without the starter's streams and descriptors.
/// While the starter lives, it can be asked how the process ended. Destroying the object leaves the process alone.
class TrainerProcess
{
public:
    /// Its standard input and output are /dev/null; what it writes to standard error is appended to `log` (made where
    /// it is not there, with its folder). Error where it cannot be started: NotFound, NoPermission, Unsupported
    /// where it is no program, WriteFailed with the system's reason. May take as long as the disk does.
    static Result<TrainerProcess> launch(const std::filesystem::path &program,
                                         const std::vector<std::string> &arguments, const std::filesystem::path &log);
    TrainerProcess(TrainerProcess &&other) noexcept;
    TrainerProcess &operator=(TrainerProcess &&other) noexcept;
    ~TrainerProcess();

    [[nodiscard]] std::int64_t pid() const { return m_pid; }
    /// Nothing while it runs; never waits.
    [[nodiscard]] std::optional<TrainerExit> exit();

private:
    explicit TrainerProcess(std::int64_t pid) : m_pid(pid) {}
    std::int64_t m_pid = 0;
    std::optional<TrainerExit> m_exit;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_folder.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace waypoint {

/// Looks at `control` and writes the heartbeat, at least every 100 ms and every second, on a thread of its own, so that
/// neither waits for a long step. What the trainer says of itself goes through set(); commands are taken with take().
/// All functions may be called from any thread, and none waits for the disk but the constructor and the destructor.
class ControlWatch
{
public:
    /// Writes the first status. A pid of 0 and an empty host become this process's. Commands with a seq not above what
    /// `control` holds at the start are older than the run and ignored.
    ControlWatch(RunPaths paths, RunStatus status);
    /// Writes the last status.
    ~ControlWatch();

    /// Changes the status; written at once where the state or message changed, else with the next heartbeat.
    void set(const std::function<void(RunStatus &)> &change);
    [[nodiscard]] RunStatus status() const;
    /// Why the status could not be written the last time (the disk is full); nothing once it could. It is tried again
    /// with every heartbeat.
    [[nodiscard]] std::optional<Error> lastError() const;
    /// The command that waits, oldest first; handled_seq follows. Cheap: an atomic load where there is none.
    std::optional<Control> take();
    /// Waits until a command is there or the time is over (while paused).
    void wait(std::chrono::milliseconds atMost);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/lock_holder.h"
#include "core/run/run_folder.h"
#include "core/run/surroundings.h"

namespace waypoint {

namespace {

/// A status that is not there yet, or half there, is that of a run that starts.
RunStatus statusOf(const RunPaths &paths)
{
    if (const auto text = readText(paths.status()))
        if (const auto status = parseStatus(*text))
            return *status;
    return {};
}

/// A trainer that has the lock but has not written its first status: what is there is its predecessor's last word.
RunStatus statusOfHolder(const RunPaths &paths)
{
    auto status = statusOf(paths);
    const auto holder = lastHolder(paths);
    if (!isFinal(status.state) || !holder || holder->pid == status.pid)
        return status;
    RunStatus starting;
    starting.pid = holder->pid;
    starting.host = holder->host;
    return starting;
}

}  // namespace

RunView viewTrainer(const RunPaths &paths)
{
    RunView view;
    // The last status is written before the lock is let go, the first one after it was taken. So the lock is asked
    // before the status is read, and what looks like a crash is looked at once more: a run may just have begun.
    view.alive = RunLock::isHeld(paths);
    view.status = statusOf(paths);
    if (!view.alive && !isFinal(view.status.state)) {
        view.alive = RunLock::isHeld(paths);
        view.status = statusOf(paths);
    }
    if (view.alive)
        view.status = statusOfHolder(paths);
    view.crashed = !view.alive && !isFinal(view.status.state);
    return view;
}

Result<RunView> viewRun(const std::filesystem::path &folder)
{
    const RunPaths paths(folder);
    const auto text = readText(paths.run());
    if (!text) {
        auto error = text.error();
        error.file = paths.run().string();
        if (error.code == ErrorCode::NotFound)
            error.advice = "Choose the folder that waypoint-train was given as --out.";
        return error;
    }
    auto description = parseRunJson(*text);
    if (!description) {
        auto error = description.error();
        error.file = paths.run().string();
        return error;
    }
    auto view = viewTrainer(paths);
    view.description = *std::move(description);
    return view;
}

}  // namespace waypoint

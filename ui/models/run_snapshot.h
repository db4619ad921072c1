// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_folder.h"
#include "core/run/trainer_process.h"

#include <QtCore/QString>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// A checkpoint of a run as it lies on disk.
struct RunFile
{
    enum class Kind { Epoch, Last, Best };
    std::filesystem::path path;
    Kind kind = Kind::Epoch;
    std::optional<std::int64_t> epoch;  ///< of Kind::Epoch
    std::uint64_t bytes = 0;
    std::int64_t modified = 0;  ///< milliseconds since 1970, UTC

    bool operator==(const RunFile &) const = default;
};

/// All that one look at a run folder tells. Immutable, shared between threads.
struct RunSnapshot
{
    QString folder;
    bool exists = false;               ///< the folder is there
    std::optional<Error> error;        ///< why it cannot be read: no run.json (yet), damaged, of a newer version
    std::optional<Error> statusError;  ///< why status.json cannot be read: NotFound before the first word
    RunView view;                      ///< without a description where there is an error, a status where it has one
    bool isHere = false;               ///< its trainer runs, or last ran, on this computer
    std::optional<TrainerExit> exit;   ///< where this window started the process and it has ended
    std::optional<Error> launchError;  ///< the system would not start it
    bool isLaunched = false;           ///< this window started it and has not heard from it yet
    std::int64_t launchedPid = 0;      ///< of the process that this window started; 0: none
    bool isHeard = false;              ///< it has written a status since
    bool isEnded = false;              ///< this window has ended it by force
    bool isQuiet = false;              ///< alive, and its heartbeat has stood still for 10 s
    bool hasRebooted = false;          ///< the computer has started since the last heartbeat
    std::vector<RunFile> checkpoints;  ///< newest epoch first, then best and last
    std::string lastWords;             ///< the end of trainer.log
    std::uint64_t freeBytes = 0;       ///< on its disk; 0 also where the system does not say
    bool isDiskFull = false;           ///< what is free is as good as nothing
};
using RunSnapshotPtr = std::shared_ptr<const RunSnapshot>;

/// Looks. Any thread; what only the window knows (exit, launchError, isLaunched, launchedPid, isHeard, isEnded,
/// isQuiet) is left open.
[[nodiscard]] RunSnapshot lookAtRun(const std::filesystem::path &folder);

/// Whether a person would notice a difference. How much space is free counts only where it is used up.
[[nodiscard]] bool tellSame(const RunSnapshot &one, const RunSnapshot &other);

}  // namespace waypoint

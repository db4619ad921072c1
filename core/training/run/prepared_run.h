// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/restore_report.h"
#include "core/training/run/run_request.h"
#include "core/training/run/training_state.h"

#include <filesystem>

namespace waypoint {

/// A run that is ready for its next step.
struct PreparedRun
{
    TrainingState state;
    std::filesystem::path out;
    std::filesystem::path resumedFrom;  ///< the checkpoint file; empty for a start
    std::filesystem::path curvesFrom;   ///< metrics of the run it came from, where that is another folder; else empty
    bool resumed = false;
    std::string done;  ///< why there is nothing to do, as a sentence; mostly empty
};

/// Decides everything that `start` decides: data, model, optimizer, schedule, defaults. `report` is filled as far as it
/// gets, whatever comes back. Nothing is written.
Result<PreparedRun> prepareStart(const RunRequest &request, RestoreReport &report);

/// The same for `resume`: what the checkpoint carries holds, options override it, contradictions that would silently
/// change the run are errors.
Result<PreparedRun> prepareResume(const RunRequest &request, RestoreReport &report);

}  // namespace waypoint

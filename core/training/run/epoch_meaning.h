// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/run_request.h"

#include <cstdint>
#include <optional>
#include <string>

namespace waypoint {

/// What speaks for or against `epoch` in somebody else's checkpoint being the last finished epoch.
struct EpochEvidence
{
    std::int64_t epoch = 0;                      ///< the number in the file
    std::optional<double> optimizerSteps;        ///< completed, as the optimizer's state says
    std::optional<std::int64_t> schedulerSteps;  ///< last_epoch
    std::int64_t stepsPerEpoch = 0;              ///< with the data and batch size given; 0: not known
    bool isPart = false;                         ///< the number had a fraction: in the middle of that epoch
    std::string layout;                          ///< Checkpoint::layout
    std::optional<EpochMeaning> asked;           ///< --epoch-is
};

struct EpochReading
{
    EpochMeaning meaning = EpochMeaning::Finished;
    std::int64_t finished = 0;  ///< epochs done; the next one has this number, counted from 0
    bool certain = false;       ///< asked for, or proved by step counts
    std::string why;            ///< a sentence
};

/// Scripts save either the epoch they have just finished (`epoch`) or the one to go on with (`epoch + 1`). Step counts
/// tell where they fit only one reading; else the habit of the layout; else Finished, which repeats at most nothing.
[[nodiscard]] EpochReading readEpoch(const EpochEvidence &evidence);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/run/run_config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// What a start or a resume takes from where, before anything runs. What `plan` prints and the window's resume sheet
/// shows.
struct RestoreReport
{
    std::string action;      ///< "start", "continue" (the same run goes on), "new run from weights"
    std::string checkpoint;  ///< path; empty for a start without --init
    std::string out;         ///< run folder

    std::string model;         ///< --model
    std::string modelSection;  ///< path within the file
    std::int64_t parameters = 0;
    std::size_t modelRestored = 0;  ///< tensors
    std::size_t modelWanted = 0;
    std::vector<std::string> missingKeys;
    std::vector<std::string> unexpectedKeys;
    std::vector<std::string> mismatchedKeys;  ///< "fc3.weight: 10x84 in the file, 100x84 in the model"
    std::string weightsText;                  ///< as PyTorch words it

    std::string optimizer;  ///< class
    std::string optimizerSection;
    std::size_t optimizerRestored = 0;  ///< parameters with state
    std::size_t optimizerWanted = 0;

    std::string scheduler;  ///< class; empty: constant rate
    std::string schedulerSection;
    std::optional<std::int64_t> schedulerEpoch;  ///< last_epoch
    std::string schedulerInterval;               ///< "epoch" or "step"

    std::optional<std::int64_t> fileEpoch;  ///< the number in the file
    std::string epochIs;                    ///< "finished", "next"; "given": as --next-epoch says
    bool epochCertain = true;
    std::string epochWhy;
    std::int64_t nextEpoch = 0;  ///< from 0
    std::int64_t batch = 0;      ///< batches of it that are done
    std::int64_t step = 0;
    std::vector<double> lr;  ///< of each group, at the next step

    std::string done;  ///< why nothing would run, as a sentence; mostly empty

    bool rng = false;
    bool deviceRng = false;
    bool ema = false;
    bool scaler = false;
    bool best = false;

    std::vector<std::string> restored;   ///< sentences
    std::vector<std::string> missing;    ///< sentences: what is not in the file and starts fresh
    std::vector<std::string> conflicts;  ///< sentences: what contradicts, or is changed by an option

    std::string device;
    std::int64_t trainSamples = 0;
    std::int64_t valSamples = 0;
    std::vector<std::string> classes;
    RunConfig config;
    std::uint64_t fileBytes = 0;  ///< about what one checkpoint takes

    std::string preparing;      ///< the option that decides what is being prepared, as in run.json
    std::string optionAtFault;  ///< once it is known that the run would not start; empty where it is none
};

/// One JSON document. `error`: why it would not run, where it would not.
[[nodiscard]] std::string reportJson(const RestoreReport &report, const std::optional<Error> &error);

/// For people, several lines.
[[nodiscard]] std::string reportText(const RestoreReport &report);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// The parts of a checkpoint that a training can go on from, whoever wrote it. Parts it does not have are invalid
/// Values.
struct SavedTraining
{
    CheckpointPtr checkpoint;
    Value model;
    std::string modelPath;       ///< "net"; empty for the root
    bool modelIsModule = false;  ///< a whole pickled module or TorchScript rather than a state_dict
    Value optimizer;
    std::string optimizerPath;
    std::vector<std::string> parameterNames;  ///< of the optimizer, group after group; empty where undecided
    Value scheduler;
    std::string schedulerPath;
    std::string schedulerClass;
    std::vector<Value> paramGroups;  ///< of the optimizer
    std::optional<std::int64_t> epoch;
    bool epochIsPart = false;  ///< the file's number has a fraction: it counts what is done
    std::string epochPath;
    std::optional<std::int64_t> step;
    Value cpuRng;   ///< ByteTensor of 5056 bytes
    Value cudaRng;  ///< ByteTensor, or a list of them
    Value scaler;
    Value ema;
    Value own;                       ///< the dict `waypoint` of our own checkpoints
    std::vector<std::string> notes;  ///< sentences: what was chosen and why, what cannot be carried over

    [[nodiscard]] bool isOwn() const { return own.isValid(); }
};

/// Which parts are meant, where a file has several. Paths as on a command line; empty: the only one.
struct SectionChoice
{
    std::string model;
    std::string optimizer;
};

/// Opens a checkpoint and finds them. BadArgument, listing the choices, where several would do; NotFound for a path
/// that is not there; NotACheckpoint where no model is in it; else what opening says.
Result<SavedTraining> openSavedTraining(const std::filesystem::path &path, const SectionChoice &choice);

}  // namespace waypoint

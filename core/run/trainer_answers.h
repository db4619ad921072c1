// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/run/run_config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// What waypoint-train answers with --json, read back. Each parser takes one document; Corrupt where it is none or a
/// key is missing or of another type, with the key. Keys that are not known are passed over.

/// `devices --json`
struct TrainerDevice
{
    std::string name;  ///< "cpu", "cuda:0"
    std::string model;
    std::string uuid;
    std::optional<std::uint64_t> totalBytes;
    std::optional<std::uint64_t> freeBytes;
    std::optional<double> utilisation;  ///< 0 .. 1
    bool usable = true;
    std::string reason;  ///< why it is not

    bool operator==(const TrainerDevice &) const = default;
};
struct TrainerDevices
{
    std::string version;  ///< of waypoint-train; empty: not told
    std::vector<TrainerDevice> devices;
    std::string libtorch;
    std::string cuda;   ///< empty: LibTorch is built without
    std::string noGpu;  ///< what is missing for a GPU; empty where there is one

    bool operator==(const TrainerDevices &) const = default;
};
Result<TrainerDevices> parseDevices(std::string_view json);

/// `models --json`
struct TrainerModel
{
    std::string name;
    std::string description;
    std::string sample;  ///< what it takes
    std::int64_t outputs = 0;
    std::int64_t parameters = 0;

    bool operator==(const TrainerModel &) const = default;
};
Result<std::vector<TrainerModel>> parseModels(std::string_view json);

/// `plan start|resume --json`
struct TrainerPlan
{
    std::string action;      ///< "start", "continue", "new run from weights"
    std::string checkpoint;  ///< empty for a start without --init
    std::string out;

    std::string model;
    std::string modelSection;
    std::int64_t parameters = 0;
    std::int64_t modelRestored = 0;  ///< tensors
    std::int64_t modelWanted = 0;
    std::vector<std::string> missingKeys;
    std::vector<std::string> unexpectedKeys;
    std::vector<std::string> mismatchedKeys;  ///< "fc3.weight: 10x84 in the file, 100x84 in the model"

    std::string optimizer;  ///< class
    std::string optimizerSection;
    std::int64_t optimizerRestored = 0;  ///< parameters with state
    std::int64_t optimizerWanted = 0;

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

    bool rng = false;
    bool deviceRng = false;
    bool ema = false;
    bool scaler = false;
    bool best = false;
    std::string done;  ///< why nothing would run; mostly empty

    std::vector<std::string> restored;   ///< sentences
    std::vector<std::string> missing;    ///< sentences: what is not in the file and starts fresh
    std::vector<std::string> conflicts;  ///< sentences: what contradicts, or is changed by an option

    std::string device;
    std::int64_t trainSamples = 0;
    std::int64_t valSamples = 0;
    std::vector<std::string> classes;
    RunConfig config;             ///< every default written out
    std::uint64_t fileBytes = 0;  ///< about what one checkpoint of it takes; 0: not told

    std::string error;        ///< why it would not run; empty where it would
    std::string errorOption;  ///< the option that is at fault, "lr"; empty where it is none or not told

    bool operator==(const TrainerPlan &) const = default;
};
Result<TrainerPlan> parsePlan(std::string_view json);

/// `evaluate --json`
struct ClassResult
{
    std::string name;
    std::int64_t samples = 0;
    double precision = 0;  ///< NaN where none is predicted so
    double recall = 0;
    double f1 = 0;
};
struct TrainerEvaluation
{
    std::string checkpoint;
    std::string model;
    std::string data;
    std::string part;  ///< "held out" or "all"
    std::int64_t samples = 0;
    double loss = 0;
    std::string lossName;
    std::optional<double> accuracy;  ///< 0 .. 1
    std::vector<ClassResult> classes;
    std::vector<std::vector<std::int64_t>> confusion;  ///< rows: true classes, columns: predicted
};
Result<TrainerEvaluation> parseEvaluation(std::string_view json);

}  // namespace waypoint

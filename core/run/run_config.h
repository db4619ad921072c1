// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Everything that decides a training run: what `waypoint-train start` takes, and what run.json holds with every
/// default written out. Fields are named as the options are.
struct RunConfig
{
    std::string model;           ///< "iris", "resnet18", "script:FILE", "module:FILE"; empty: chosen by the data
    std::string data = "iris";   ///< SPEC of core/data
    std::string val;             ///< SPEC; empty: what the data holds out itself
    std::string device = "cpu";  ///< "cpu", "cuda:0", a UUID
    std::int64_t epochs = 0;     ///< in all; 0: chosen by the data
    std::int64_t batchSize = 0;  ///< samples; 0: chosen by the data
    bool shuffle = true;
    std::uint64_t seed = 0;

    std::string optimizer;    ///< "sgd", "adam", ...; empty: chosen by the data
    double lr = 0;            ///< 0: chosen by the optimizer
    Arguments optimizerArgs;  ///< PyTorch's names
    bool noDecay = false;     ///< no weight decay on biases and norms: a param group of their own
    std::string scheduler = "none";
    Arguments schedulerArgs;
    std::string loss = "auto";  ///< "cross-entropy", "mse", "bce"; auto: by the targets
    double labelSmoothing = 0;
    double clipGrad = 0;          ///< largest norm of all gradients together; 0: not clipped
    std::int64_t accumulate = 1;  ///< batches per optimizer step
    bool amp = false;
    double ema = 0;  ///< decay of the averaged weights; 0: none

    std::string init;     ///< weights to start from
    bool strict = true;   ///< of `init`
    std::string section;  ///< path of the model within `init` or the checkpoint to resume
    std::string optimizerSection;

    std::int64_t checkpointEvery = 1;  ///< epochs; 0: only at the end
    std::int64_t checkpointSteps = 0;  ///< 0: never
    double checkpointMinutes = 0;      ///< 0: never
    std::int64_t keepLast = 0;         ///< epoch files kept; 0: all
    std::string monitor;  ///< "loss/val", "accuracy/val", ...; empty: accuracy/val, else loss/val, else loss/train
    std::int64_t earlyStop = 0;  ///< epochs without a better `monitor`; 0: never

    std::int64_t threads = 0;   ///< 0: measured in the first steps
    std::int64_t loaders = 0;   ///< threads that read data; 0: chosen
    std::int64_t logEvery = 0;  ///< optimizer steps between lines of metrics; 0: chosen

    bool operator==(const RunConfig &) const = default;
};

/// What bits depend on beside the configuration; written to run.json by the trainer.
struct RunEnvironment
{
    std::string libtorch;  ///< "1.13.1"
    std::string waypoint;  ///< version
    std::int64_t atenThreads = 0;
    std::int64_t blasThreads = 0;  ///< 0: not told by the library
    std::string blas;              ///< "OpenBLAS 0.3.21 pthread"
    bool onednn = false;
    std::string device;  ///< name of the device: the processor's or the GPU's model
    std::string host;

    bool operator==(const RunEnvironment &) const = default;
};

/// run.json as text: {"waypoint":1,"config":{...},"environment":{...},"command":[...]}. Keys are the option's names
/// with '-' as '_'. A setting of optimizer_args and scheduler_args is a JSON number, flag or list where it looks like
/// one, else text; it reads back as the text that was given.
[[nodiscard]] std::string runJson(const RunConfig &config, const RunEnvironment &environment,
                                  const std::vector<std::string> &command = {});

struct RunDescription
{
    RunConfig config;
    RunEnvironment environment;
    std::vector<std::string> command;  ///< what was typed
};

/// Reads it back. Unknown keys are ignored, missing ones keep their default; Corrupt names the key that does not fit;
/// Unsupported: a newer version wrote it.
Result<RunDescription> parseRunJson(std::string_view text);

}  // namespace waypoint

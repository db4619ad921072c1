// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/training/run/restore_report.h"
#include "core/training/run/run_request.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace waypoint {

/// The doors of core/training: no LibTorch in this header, and nothing it throws gets out.

/// How a run came to its end.
struct TrainingOutcome
{
    std::string message;  ///< one sentence
    std::filesystem::path folder;
};

/// Starts or resumes a run and stays until it ends; says what it does on standard output and in the run folder. An
/// Error is the run's end too and stands in status.json, where the folder could be had.
Result<TrainingOutcome> runTraining(const RunRequest &request);

/// What runTraining() would do, without doing it. `error` is what it would end with before its first step.
struct TrainingPlan
{
    RestoreReport report;
    std::optional<Error> error;
};
[[nodiscard]] TrainingPlan planTraining(const RunRequest &request);

/// Of one class, on the samples evaluated.
struct ClassScore
{
    std::string name;
    std::int64_t samples = 0;
    double precision = 0;  ///< of those predicted so, how many are; NaN where none is predicted so
    double recall = 0;     ///< of those that are, how many are predicted so; NaN where there are none
    double f1 = 0;
};

struct EvaluationReport
{
    std::string checkpoint;
    std::string model;
    std::string data;
    std::string part;  ///< "held out" or "all"
    std::int64_t samples = 0;
    std::string lossName;
    double loss = 0;
    std::optional<double> accuracy;  ///< 0 .. 1
    std::vector<ClassScore> classes;
    std::vector<std::vector<std::int64_t>> confusion;  ///< rows: true classes, columns: predicted
};

/// Loss, accuracy and confusion of a checkpoint's model, in eval mode. Of `request`, model, data, val, device, batch
/// size, section, seed, loss and threads count. What the data holds out is evaluated where it holds something out, else
/// all of it.
Result<EvaluationReport> evaluateCheckpoint(const RunRequest &request);

/// A model's line for `waypoint-train models`.
struct ModelLine
{
    std::string name;
    std::string description;
    std::string sample;
    std::int64_t outputs = 0;
    std::int64_t parameters = 0;
};
[[nodiscard]] std::vector<ModelLine> listModels();

}  // namespace waypoint

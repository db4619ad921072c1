// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/run/run_config.h"
#include "core/schedule/lr_schedule.h"
#include "core/training/models/model.h"
#include "core/training/optimizers/grad_scaler.h"
#include "core/training/optimizers/optimizer.h"
#include "core/training/optimizers/weight_average.h"
#include "core/training/torch_headers.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// Losses and hits added up. Sums, so that going on from a saved one gives the same mean to the bit.
struct LossSums
{
    double loss = 0;  ///< of samples: mean of a batch times its size
    std::int64_t correct = 0;
    std::int64_t samples = 0;

    void add(double meanLoss, std::int64_t hits, std::int64_t count)
    {
        loss += meanLoss * static_cast<double>(count);
        correct += hits;
        samples += count;
    }
    [[nodiscard]] double mean() const { return samples > 0 ? loss / static_cast<double>(samples) : 0; }
    [[nodiscard]] double accuracy() const
    {
        return samples > 0 ? static_cast<double>(correct) / static_cast<double>(samples) : 0;
    }
    bool operator==(const LossSums &) const = default;
};

/// Where a run stands: everything beside tensors that the next step depends on.
struct TrainingPosition
{
    std::int64_t epoch = 0;      ///< in progress, or next, from 0
    std::int64_t batch = 0;      ///< batches of it done
    std::int64_t step = 0;       ///< optimizer steps in all
    LossSums epochSums;          ///< of the epoch in progress
    LossSums lineSums;           ///< since the last line of metrics
    std::optional<double> best;  ///< of the monitored metric
    std::int64_t bestEpoch = -1;
    std::int64_t epochsWithoutBest = 0;
    double lastLoss = 0;                                      ///< mean of the last finished epoch
    std::vector<std::pair<std::string, double>> lastMetrics;  ///< of the last finished epoch

    bool operator==(const TrainingPosition &) const = default;
};

/// Everything a run consists of. What decides the next step is in a checkpoint.
struct TrainingState
{
    RunConfig config;
    Datasets data;
    at::Device device = at::kCPU;
    ModelPtr model;
    std::vector<ModelTensor> tensors;  ///< of the model, on its device
    OptimizerPtr optimizer;
    LrSchedulePtr schedule;        ///< null: constant rates
    bool schedulePerStep = false;  ///< stepped after each optimizer step rather than each epoch
    std::optional<WeightAverage> ema;
    std::optional<GradScaler> scaler;
    TrainingPosition position;

    /// Rates, momenta and the scheduler's numbers into the optimizer's groups.
    void applySchedule();
};

/// Parameters of a model as param groups: one, or two where biases and norms go without weight decay.
[[nodiscard]] std::vector<ParameterGroup> parameterGroups(const std::vector<ModelTensor> &tensors, bool noDecay);

/// What a new schedule needs to know of an optimizer's groups.
[[nodiscard]] std::vector<ScheduledGroup> scheduledGroups(const Optimizer &optimizer);

/// The checkpoint as a tree: {"epoch", "step", "model_state_dict", "optimizer_state_dict", "lr_scheduler_state_dict",
/// "loss", "metrics", "rng_state", "waypoint"} and, where there are such, "ema_state_dict" and "scaler_state_dict".
/// Returns the root. `runJson`: run.json as it is, kept in the file so that it can be resumed alone.
[[nodiscard]] ValueId writeState(const TrainingState &state, const std::string &runJson, Snapshot &into);

/// About the size of the file that writeState() makes, once the optimizer has its state.
[[nodiscard]] std::uint64_t checkpointBytes(const TrainingState &state);

/// Generators: of the CPU (5056 bytes, as torch.get_rng_state()) and of the run's device where that is another.
void restoreCpuGenerator(const at::Tensor &state);
void restoreDeviceGenerator(const at::Device &device, const at::Tensor &state);

/// Reads the position from a checkpoint of ours, which finished `finished` epochs.
[[nodiscard]] TrainingPosition readPosition(Value root, std::int64_t finished, std::int64_t step);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/batch_loader.h"
#include "core/metrics/metrics_log.h"
#include "core/run/control_watch.h"
#include "core/training/run/checkpoint_saver.h"
#include "core/training/run/loss.h"
#include "core/training/run/pace.h"
#include "core/training/run/prepared_run.h"
#include "core/training/run/run_log.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// What a run reports to and takes orders from.
struct RunSurroundings
{
    RunPaths paths;
    RunLog &log;
    ControlWatch &watch;
    MetricsLog &metrics;
    CheckpointSaver &saver;
    std::string runJson;         ///< kept in every checkpoint
    std::int64_t stopAfter = 0;  ///< epochs of this process after which it stops; 0: never
};

/// How a run ended well.
struct RunEnd
{
    RunState state = RunState::Finished;
    std::string message;
};

/// Trains from where the state stands to the last epoch, or until it is told to stop. Every random draw and every sum
/// is either in the state or made from (seed, epoch, batch), so a run that is cut anywhere and resumed goes through the
/// same states.
class TrainingLoop
{
public:
    TrainingLoop(TrainingState &state, Loss loss, RunSurroundings surroundings);

    /// An error is the run's end too; what was saved before stays. Throws what LibTorch throws.
    Result<RunEnd> run();

    /// A checkpoint before the first step, on disk when this returns: from then on the run can be resumed as it is
    /// meant now. Where it cannot be written the log says so.
    Result<void> saveFirst();

private:
    using Clock = std::chrono::steady_clock;

    /// Loss and hits of a batch that may still be on their way from the device.
    struct Pending
    {
        at::Tensor loss;
        at::Tensor correct;
        std::int64_t samples = 0;
    };

    Result<void> trainEpoch();
    Result<bool> trainGroup(std::int64_t groupSize);
    Result<void> trainBatch(const Batch &batch, double share);
    Result<void> trainWithClosure(const Batch &batch);
    void finishStep();
    void note(const at::Tensor &loss, const at::Tensor &outputs, const at::Tensor &targets);
    Result<void> settle();
    Result<void> finishEpoch();
    Result<void> validate(MetricsLine &line);
    void judge(const MetricsLine &line);
    Result<void> stepSchedule(std::optional<double> metric);

    Result<void> afterStep();
    Result<void> endEpoch();
    Result<void> obey();
    Result<void> obeyCommand(const Control &control);
    Result<void> pause();
    [[nodiscard]] MetricsLine line() const;
    Result<void> writeLine();
    void show(const LossSums &sums);
    void report(bool force);
    [[nodiscard]] bool saveIsDue() const;
    [[nodiscard]] bool epochIsDue() const;
    Result<void> save(std::vector<std::filesystem::path> targets, std::optional<std::int64_t> trim = {});
    Result<void> saveEpoch(bool best, bool last);
    void hearSaver();
    [[nodiscard]] std::string bestText() const;
    [[nodiscard]] RunEnd ended() const;

    TrainingState &m_state;
    Loss m_loss;
    RunSurroundings m_around;
    BatchLoader m_loader;
    std::unique_ptr<BatchLoader> m_valLoader;
    std::int64_t m_batches;
    std::vector<at::Tensor> m_parameters;
    std::vector<Pending> m_pending;
    Pace m_pace;
    bool m_stop = false;
    bool m_stopAfterEpoch = false;
    std::int64_t m_epochsDone = 0;      ///< by this process
    std::vector<Control> m_afterEpoch;  ///< commands that wait for the epoch's end
    bool m_improved = false;
    bool m_early = false;
    std::optional<Error> m_saveError;  ///< of the last checkpoint
    Clock::time_point m_began = Clock::now();
    Clock::time_point m_lastSave = Clock::now();
    Clock::duration m_stalled{0};  ///< by checkpoints
    Clock::time_point m_lastReport;
    ProgressLine m_shown;  ///< losses and accuracies of the last line
};

}  // namespace waypoint

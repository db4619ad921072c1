// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/thread_choice.h"

#include "core/data/batch_loader.h"
#include "core/training/devices/processor.h"
#include "core/training/models/kept_generator.h"
#include "core/training/run/evaluation.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

using Clock = std::chrono::steady_clock;

/// More threads must pay: they take cores from the readers of data and from others.
constexpr double kWorthwhile = 0.9;
constexpr std::chrono::milliseconds kEnough{150};

/// One step's work without its effects.
class Trial
{
public:
    Trial(TrainingState &state, const Loss &loss, const Batch &batch) : m_state(state), m_loss(loss)
    {
        const DatasetInfo &info = state.data.train->info();
        m_inputs = inputTensor(batch, info, state.device).clone();
        m_targets = loss.targetTensor(batch.targets, batch.size);
        for (const ModelTensor &entry : state.tensors)
            if (!entry.parameter)
                m_buffers.emplace_back(entry.tensor, entry.tensor.clone());
        m_state.model->setTraining(false);
    }
    ~Trial()
    {
        m_state.optimizer->zeroGrad();
        const at::NoGradGuard noGradients;
        for (auto &[buffer, before] : m_buffers)
            buffer.copy_(before);
        m_state.model->setTraining(true);
    }
    Trial(const Trial &) = delete;
    Trial &operator=(const Trial &) = delete;

    void step()
    {
        m_state.optimizer->zeroGrad();
        m_loss(m_state.model->forward(m_inputs), m_targets).backward();
    }

    /// Seconds of the fastest of a few steps; the first one warms up.
    double fastestStep()
    {
        const auto began = Clock::now();
        double fastest = std::numeric_limits<double>::infinity();
        for (int i = 0; i < 2 || Clock::now() - began < kEnough; ++i) {
            const auto before = Clock::now();
            step();
            const std::chrono::duration<double> took = Clock::now() - before;
            fastest = std::min(fastest, took.count());
            if (took > std::chrono::seconds(1))
                break;
        }
        return fastest;
    }

private:
    TrainingState &m_state;
    const Loss &m_loss;
    at::Tensor m_inputs;
    at::Tensor m_targets;
    // Modules traced in training mode stay in it: they draw, and move their statistics, in eval mode too.
    KeptGenerator m_generator;
    std::vector<std::pair<at::Tensor, at::Tensor>> m_buffers;
};

std::vector<std::int64_t> candidates()
{
    const auto cores = static_cast<std::int64_t>(std::max(1u, std::thread::hardware_concurrency()));
    std::vector<std::int64_t> counts;
    for (std::int64_t count = 1; count < cores; count *= 2)
        counts.push_back(count);
    counts.push_back(cores);
    return counts;
}

}  // namespace

Result<std::int64_t> chooseThreads(TrainingState &state, const Loss &loss)
{
    setThreads(1);
    if (!state.device.is_cpu())
        return std::int64_t(1);
    const RunConfig &config = state.config;
    BatchLoader loader(state.data.train, {.batchSize = config.batchSize, .seed = config.seed, .threads = 0});
    loader.seek(0);
    auto batch = loader.next();
    if (!batch)
        return batch.error();
    if (!*batch)
        return std::int64_t(1);
    Trial trial(state, loss, **batch);
    std::int64_t best = 1;
    double fastest = std::numeric_limits<double>::infinity();
    for (const std::int64_t count : candidates()) {
        setThreads(count);
        const double seconds = trial.fastestStep();
        if (seconds > fastest * 2)
            break;  // it only gets worse from here
        if (seconds < fastest * kWorthwhile) {
            fastest = seconds;
            best = count;
        }
    }
    setThreads(best);
    return best;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/training_loop.h"

#include "core/training/optimizers/gradient_clipping.h"
#include "core/training/run/autocast.h"
#include "core/training/run/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

LoaderOptions loaderOptions(const RunConfig &config, bool training)
{
    return {.batchSize = config.batchSize,
            .shuffle = training && config.shuffle,
            .augment = training,
            .seed = config.seed,
            .threads = static_cast<int>(config.loaders)};
}

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::optional<double> valueOf(const MetricsLine &line, const std::string &name)
{
    for (const auto &[key, value] : line.values)
        if (key == name)
            return value;
    return std::nullopt;
}

constexpr std::string_view kDivergedAdvice =
    "Resume from an earlier checkpoint with a smaller --lr, or with --clip-grad 1.";

/// Without the sign that some processors give a NaN.
std::string lossText(double loss) { return fmt::format("{}", std::isnan(loss) ? std::abs(loss) : loss); }

}  // namespace

TrainingLoop::TrainingLoop(TrainingState &state, Loss loss, RunSurroundings surroundings)
    : m_state(state),
      m_loss(loss),
      m_around(std::move(surroundings)),
      m_loader(state.data.train, loaderOptions(state.config, true)),
      m_batches(m_loader.batchesPerEpoch())
{
    for (std::size_t i = 0; i < state.optimizer->groupCount(); ++i)
        for (const at::Tensor &parameter : state.optimizer->group(i).parameters)
            m_parameters.push_back(parameter);
    if (state.data.val)
        m_valLoader = std::make_unique<BatchLoader>(state.data.val, loaderOptions(state.config, false));
}

Result<RunEnd> TrainingLoop::run()
{
    m_pace.skip();
    m_around.watch.set([&](RunStatus &status) {
        status.state = RunState::Running;
        status.epochs = m_state.config.epochs;
        status.batches = m_batches;
    });
    while (m_state.position.epoch < m_state.config.epochs && !m_stop && !m_early)
        if (auto done = trainEpoch(); !done)
            return done.error();
    const auto seconds = [](auto duration) { return std::chrono::duration<double>(duration).count(); };
    m_around.log.say(
        fmt::format("Trained for {:.1f} s; waited for data {:.2f} s and for snapshots of checkpoints {:.2f} s of them.",
                    seconds(Clock::now() - m_began), seconds(m_loader.waited()), seconds(m_stalled)));
    m_around.saver.finish();
    hearSaver();
    report(true);
    if (m_saveError)
        return *m_saveError;
    return ended();
}

std::string TrainingLoop::bestText() const
{
    const TrainingPosition &position = m_state.position;
    if (!position.best)
        return {};
    return fmt::format(" Best {}: {:.6g}, in epoch {}.", m_state.config.monitor, *position.best, position.bestEpoch);
}

RunEnd TrainingLoop::ended() const
{
    const TrainingPosition &position = m_state.position;
    if (position.epoch >= m_state.config.epochs)
        return {RunState::Finished, fmt::format("All {} epochs are done.{}", m_state.config.epochs, bestText())};
    if (m_early)
        return {RunState::Finished, fmt::format("Stopped early: {} has not improved for {} epochs.",
                                                m_state.config.monitor, position.epochsWithoutBest)
                                        + bestText()};
    return {RunState::Stopped,
            fmt::format("Stopped as asked, in epoch {} after step {}.", position.epoch, position.step)};
}

Result<void> TrainingLoop::trainEpoch()
{
    TrainingPosition &position = m_state.position;
    m_loader.seek(position.epoch, position.batch);
    const std::int64_t accumulate = m_state.config.accumulate;
    while (position.batch < m_batches) {
        const std::int64_t groupSize = std::min(accumulate, m_batches - position.batch);
        auto trained = trainGroup(groupSize);
        if (!trained)
            return trained.error();
        position.batch += groupSize;
        if (position.batch == m_batches)
            break;  // what is due now is due after the epoch's end
        if (auto done = afterStep(); !done)
            return done.error();
        if (m_stop)
            return {};
    }
    return finishEpoch();
}

/// The batches of one optimizer step.
Result<bool> TrainingLoop::trainGroup(std::int64_t groupSize)
{
    m_state.optimizer->zeroGrad();
    for (std::int64_t i = 0; i < groupSize; ++i) {
        auto batch = m_loader.next();
        if (!batch)
            return batch.error();
        if (!*batch)
            return Error{.code = ErrorCode::Corrupt, .detail = "the data has become smaller while it was read"};
        if (auto done = m_state.optimizer->needsClosure() ? trainWithClosure(**batch)
                                                          : trainBatch(**batch, 1.0 / static_cast<double>(groupSize));
            !done)
            return done.error();
        m_pace.add((*batch)->size);
    }
    if (!m_state.optimizer->needsClosure())
        finishStep();
    ++m_state.position.step;
    if (m_state.ema)
        m_state.ema->update();
    if (m_state.schedulePerStep)
        if (auto stepped = stepSchedule({}); !stepped)
            return stepped.error();
    return true;
}

Result<void> TrainingLoop::trainBatch(const Batch &batch, double share)
{
    const at::Tensor inputs = inputTensor(batch, m_state.data.train->info(), m_state.device);
    const at::Tensor targets = m_loss.targetTensor(batch.targets, batch.size).to(m_state.device);
    at::Tensor outputs;
    at::Tensor loss;
    {
        const Autocast half(m_state.scaler.has_value());
        outputs = m_state.model->forward(inputs);
        loss = m_loss(outputs, targets);
    }
    at::Tensor scaled = share == 1 ? loss : loss * share;
    if (m_state.scaler)
        scaled = m_state.scaler->scaled(scaled);
    scaled.backward();
    note(loss, outputs, targets);
    return m_state.device.is_cpu() ? settle() : Result<void>();
}

/// LBFGS asks for the loss as often as it likes; what is noted is that of its first look, before the step.
Result<void> TrainingLoop::trainWithClosure(const Batch &batch)
{
    const at::Tensor inputs = inputTensor(batch, m_state.data.train->info(), m_state.device);
    const at::Tensor targets = m_loss.targetTensor(batch.targets, batch.size).to(m_state.device);
    bool first = true;
    m_state.optimizer->step([&] {
        m_state.optimizer->zeroGrad();
        const at::Tensor outputs = m_state.model->forward(inputs);
        const at::Tensor loss = m_loss(outputs, targets);
        loss.backward();
        if (std::exchange(first, false))
            note(loss, outputs, targets);
        return loss.item<double>();
    });
    return settle();
}

void TrainingLoop::finishStep()
{
    if (m_state.scaler)
        m_state.scaler->unscale(*m_state.optimizer);
    if (m_state.config.clipGrad > 0)
        clipGradientNorm(m_parameters, m_state.config.clipGrad);
    if (m_state.scaler)
        m_state.scaler->step(*m_state.optimizer);
    else
        m_state.optimizer->step();
}

void TrainingLoop::note(const at::Tensor &loss, const at::Tensor &outputs, const at::Tensor &targets)
{
    Pending pending{loss.detach(), {}, targets.size(0)};
    if (m_loss.countsClasses())
        pending.correct = m_state.device.is_cpu()
                              ? at::scalar_tensor(countCorrect(outputs, targets), at::kLong)
                              : (outputs.detach().reshape({outputs.size(0), -1}).argmax(1) == targets).sum();
    m_pending.push_back(std::move(pending));
}

/// Adds up what has been noted; waits for the device.
Result<void> TrainingLoop::settle()
{
    for (const Pending &pending : m_pending) {
        const double mean = pending.loss.item<double>();
        if (!std::isfinite(mean))
            return Error{.code = ErrorCode::TrainingFailed,
                         .detail = fmt::format("the loss is {} in epoch {}, at step {}", lossText(mean),
                                               m_state.position.epoch, m_state.position.step + 1),
                         .advice = std::string(kDivergedAdvice)};
        const std::int64_t correct = pending.correct.defined() ? pending.correct.item<std::int64_t>() : 0;
        m_state.position.epochSums.add(mean, correct, pending.samples);
        m_state.position.lineSums.add(mean, correct, pending.samples);
    }
    m_pending.clear();
    return {};
}

Result<void> TrainingLoop::stepSchedule(std::optional<double> metric)
{
    if (!m_state.schedule)
        return {};
    if (auto stepped = m_state.schedule->step(metric); !stepped)
        return stepped.error();
    m_state.applySchedule();
    return {};
}

// --- metrics ---

MetricsLine TrainingLoop::line() const
{
    const TrainingPosition &position = m_state.position;
    MetricsLine line{position.step, position.epoch, now(), {}};
    line.values.emplace_back("loss/train", position.lineSums.mean());
    if (m_loss.countsClasses())
        line.values.emplace_back("accuracy/train", position.lineSums.accuracy());
    line.values.emplace_back("lr", m_state.optimizer->lr(0));
    for (std::size_t i = 1; i < m_state.optimizer->groupCount(); ++i)
        line.values.emplace_back(fmt::format("lr/{}", i), m_state.optimizer->lr(i));
    return line;
}

Result<void> TrainingLoop::writeLine()
{
    if (auto settled = settle(); !settled)
        return settled;
    const MetricsLine written = line();
    show(m_state.position.lineSums);
    m_state.position.lineSums = {};
    if (auto appended = m_around.metrics.append(written); !appended)
        m_around.log.say("metrics.jsonl could not be written: " + appended.error().detail);
    report(true);
    return {};
}

Result<void> TrainingLoop::validate(MetricsLine &line)
{
    if (!m_valLoader)
        return {};
    const DatasetInfo &info = m_state.data.val->info();
    const auto pass = [&](std::string_view suffix) -> Result<void> {
        auto evaluation = evaluateModel(*m_state.model, m_loss, *m_valLoader, info, m_state.device);
        if (!evaluation)
            return evaluation.error();
        if (!std::isfinite(evaluation->sums.mean()))
            return Error{.code = ErrorCode::TrainingFailed,
                         .detail = fmt::format("the loss is {} on the samples held out, after epoch {}",
                                               lossText(evaluation->sums.mean()), m_state.position.epoch),
                         .advice = std::string(kDivergedAdvice)};
        line.values.emplace_back(fmt::format("loss/val{}", suffix), evaluation->sums.mean());
        if (m_loss.countsClasses())
            line.values.emplace_back(fmt::format("accuracy/val{}", suffix), evaluation->sums.accuracy());
        return {};
    };
    if (auto done = pass(""); !done || !m_state.ema)
        return done;
    m_state.ema->exchange();
    auto done = pass("_ema");
    m_state.ema->exchange();
    return done;
}

Result<void> TrainingLoop::finishEpoch()
{
    if (auto settled = settle(); !settled)
        return settled;
    TrainingPosition &position = m_state.position;
    MetricsLine last = line();
    last.values.emplace_back("loss/epoch", position.epochSums.mean());
    if (m_loss.countsClasses())
        last.values.emplace_back("accuracy/epoch", position.epochSums.accuracy());
    if (auto done = validate(last); !done)
        return done;
    if (auto appended = m_around.metrics.append(last); !appended)
        m_around.log.say("metrics.jsonl could not be written: " + appended.error().detail);
    show(position.epochSums);
    m_shown.valLoss = valueOf(last, "loss/val");
    m_shown.valAccuracy = valueOf(last, "accuracy/val");
    judge(last);
    if (!m_state.schedulePerStep) {
        const auto metric = valueOf(last, m_state.config.monitor);
        if (auto stepped = stepSchedule(metric); !stepped)
            return stepped;
    }
    position.batch = m_batches;
    report(true);
    position.lastLoss = position.epochSums.mean();
    position.lastMetrics = last.values;
    position.epochSums = {};
    position.lineSums = {};
    position.batch = 0;
    ++position.epoch;
    return endEpoch();
}

/// Best so far, and whether it is time to give up. Loss is better when lower, anything else when higher.
void TrainingLoop::judge(const MetricsLine &line)
{
    TrainingPosition &position = m_state.position;
    m_improved = false;
    const auto value = valueOf(line, m_state.config.monitor);
    if (!value || !std::isfinite(*value))
        return;
    const bool lower = m_state.config.monitor.find("loss") != std::string::npos;
    m_improved = !position.best || (lower ? *value < *position.best : *value > *position.best);
    if (m_improved) {
        position.best = value;
        position.bestEpoch = position.epoch;
        position.epochsWithoutBest = 0;
    } else {
        ++position.epochsWithoutBest;
    }
    m_early = m_state.config.earlyStop > 0 && position.epochsWithoutBest >= m_state.config.earlyStop;
}

}  // namespace waypoint

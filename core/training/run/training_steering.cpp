// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What a run does between two steps: it obeys, reports and saves.
#include "core/training/run/stop_signals.h"
#include "core/training/run/training_loop.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

Result<void> TrainingLoop::afterStep()
{
    const TrainingPosition &position = m_state.position;
    if (position.step % m_state.config.logEvery == 0)
        if (auto done = writeLine(); !done)
            return done;
    if (saveIsDue())
        if (auto saved = save({m_around.paths.last()}); !saved)
            return saved;
    report(false);
    hearSaver();
    if (auto done = obey(); !done)
        return done;
    return m_stop ? save({m_around.paths.last()}) : Result<void>();
}

/// After the last step of an epoch, its validation and its line: first what was trained is made safe.
Result<void> TrainingLoop::endEpoch()
{
    const auto isLast = [&] {
        return m_state.position.epoch >= m_state.config.epochs || m_stop || m_early || m_stopAfterEpoch;
    };
    m_stop = m_stop || stopSignalled();
    if (++m_epochsDone == m_around.stopAfter)
        m_stopAfterEpoch = true;
    const bool last = isLast();
    if (auto saved = saveEpoch(m_improved, last); !saved)
        return saved;
    for (const Control &control : std::exchange(m_afterEpoch, {}))
        if (auto done = obeyCommand(control); !done)
            return done;
    if (auto done = obey(); !done)
        return done;
    m_stop = m_stop || m_stopAfterEpoch;
    return isLast() && !last && !epochIsDue() ? saveEpoch(false, true) : Result<void>();
}

/// By --checkpoint-steps or --checkpoint-minutes.
bool TrainingLoop::saveIsDue() const
{
    const std::int64_t steps = m_state.config.checkpointSteps;
    const double minutes = m_state.config.checkpointMinutes;
    return (steps > 0 && m_state.position.step % steps == 0)
           || (minutes > 0 && Clock::now() - m_lastSave >= std::chrono::duration<double, std::ratio<60>>(minutes));
}

Result<void> TrainingLoop::obey()
{
    m_stop = m_stop || stopSignalled();
    while (!m_stop) {
        const auto command = m_around.watch.take();
        if (!command)
            return {};
        const bool waits = command->afterEpoch && m_state.position.batch > 0
                           && (command->command == Command::Pause || command->command == Command::Checkpoint);
        if (waits)
            m_afterEpoch.push_back(*command);
        else if (auto done = obeyCommand(*command); !done)
            return done;
    }
    return {};
}

Result<void> TrainingLoop::obeyCommand(const Control &control)
{
    switch (control.command) {
    case Command::Pause:
        return pause();
    case Command::Checkpoint:
        m_around.log.say("A checkpoint is saved as asked.");
        return save({m_around.paths.last()});
    case Command::Stop:
        (control.afterEpoch ? m_stopAfterEpoch : m_stop) = true;
        m_around.log.say(control.afterEpoch ? "The run stops after this epoch, as asked." : "The run stops, as asked.");
        break;
    case Command::Continue:
        m_stopAfterEpoch = false;
        m_afterEpoch.clear();
        break;
    }
    return {};
}

Result<void> TrainingLoop::pause()
{
    m_around.log.say("Paused as asked.");
    m_around.watch.set([](RunStatus &status) { status.state = RunState::Paused; });
    bool paused = true;
    while (paused && !m_stop) {
        m_around.watch.wait(std::chrono::milliseconds(100));
        m_stop = stopSignalled();
        const auto command = m_around.watch.take();
        if (!command || command->command == Command::Pause)
            continue;
        paused = command->command == Command::Checkpoint;
        if (auto done = obeyCommand(*command); !done)
            return done;
        hearSaver();
    }
    m_pace.skip();
    if (!m_stop)
        m_around.log.say("Going on as asked.");
    m_around.watch.set([](RunStatus &status) { status.state = RunState::Running; });
    return {};
}

void TrainingLoop::show(const LossSums &sums)
{
    m_shown.lr = m_state.optimizer->lr(0);
    m_shown.loss = sums.mean();
    if (m_loss.countsClasses())
        m_shown.accuracy = sums.accuracy();
    m_shown.valLoss = {};
    m_shown.valAccuracy = {};
}

/// Status for whoever watches, at most ten times a second; the log's line where there is something new to say.
void TrainingLoop::report(bool force)
{
    const auto time = Clock::now();
    if (!force && time - m_lastReport < std::chrono::milliseconds(100))
        return;
    m_lastReport = time;
    const TrainingPosition &position = m_state.position;
    const double rate = m_pace.rate();
    const double samplesLeft =
        static_cast<double>((m_state.config.epochs - position.epoch) * m_batches - position.batch)
        * static_cast<double>(m_state.config.batchSize);
    const double left = rate > 0 ? std::max(samplesLeft, 0.0) / rate : -1;
    m_around.watch.set([&](RunStatus &status) {
        status.epoch = std::min(position.epoch, m_state.config.epochs - 1);
        status.step = position.step;
        status.batch = position.batch;
        status.samplesPerSecond = rate;
        status.secondsLeft = left;
    });
    m_shown.epoch = position.epoch;
    m_shown.epochs = m_state.config.epochs;
    m_shown.batch = position.batch;
    m_shown.batches = m_batches;
    m_shown.samplesPerSecond = rate;
    m_shown.secondsLeft = left;
    if (force && position.epoch < m_state.config.epochs)
        m_around.log.progress(m_shown);
}

// --- checkpoints ---

Result<void> TrainingLoop::saveFirst()
{
    auto saved = save({m_around.paths.last()});
    m_around.saver.finish();
    hearSaver();
    return saved;
}

Result<void> TrainingLoop::save(std::vector<std::filesystem::path> targets, std::optional<std::int64_t> trim)
{
    if (auto settled = settle(); !settled)
        return settled;
    m_lastSave = Clock::now();
    auto snapshot = std::make_unique<Snapshot>(m_around.saver.buffer());
    hearSaver();
    const ValueId root = writeState(m_state, m_around.runJson, *snapshot);
    m_around.saver.save({std::move(snapshot), root, std::move(targets), trim});
    m_stalled += Clock::now() - m_lastSave;
    return {};
}

/// Whether the epoch that has just ended is one of every N that are kept.
bool TrainingLoop::epochIsDue() const
{
    const std::int64_t every = m_state.config.checkpointEvery;
    return every > 0 && m_state.position.epoch % every == 0;
}

/// The checkpoint after an epoch: by its number where one is due, as last.pth and, where it is the best yet, as
/// best.pth.
Result<void> TrainingLoop::saveEpoch(bool best, bool last)
{
    const std::int64_t epoch = m_state.position.epoch - 1;
    const bool due = last || epochIsDue();
    std::vector<std::filesystem::path> targets;
    if (due)
        targets = {m_around.paths.epoch(epoch), m_around.paths.last()};
    else if (saveIsDue())
        targets = {m_around.paths.last()};
    if (best)
        targets.push_back(m_around.paths.best());
    if (targets.empty())
        return {};
    return save(std::move(targets), due ? std::optional(epoch) : std::nullopt);
}

void TrainingLoop::hearSaver()
{
    for (const CheckpointOutcome &outcome : m_around.saver.outcomes()) {
        m_saveError = outcome.error;
        const std::string name = outcome.file.filename().string();
        if (outcome.error)
            m_around.log.say(
                fmt::format("{} could not be saved: {}. Training goes on; the last good checkpoint is kept.", name,
                            outcome.error->detail));
        m_around.watch.set([&](RunStatus &status) {
            status.message = outcome.error ? fmt::format("{} could not be saved: {}", name, outcome.error->detail) : "";
            if (!outcome.error)
                status.lastCheckpoint = name;
        });
    }
}

}  // namespace waypoint

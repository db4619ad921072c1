// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/devices/processor.h"
#include "core/training/run/resuming.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

// Where the run stands: epoch and step, schedule, averages, generators.
namespace waypoint {

namespace {

constexpr std::int64_t kMostSteps = 100'000'000;  ///< that a new schedule is brought over

}  // namespace

Result<void> Resuming::readPositionOfRun()
{
    if (!m_saved.isOwn()) {
        readForeignPosition();
    } else {
        const std::int64_t finished = m_saved.epoch.value_or(-1) + 1;
        const Checkpoint &file = *m_saved.checkpoint;
        state().position = readPosition(Value(file.values, file.root), finished, m_saved.step.value_or(0));
        forgetOtherMonitor();
        m_report.fileEpoch = m_saved.epoch;
        m_report.epochIs = "finished";
        m_report.best = state().position.best.has_value();
        m_report.restored.push_back("position in the run, best metric, early stopping, running means");
    }
    if (m_request.nextEpoch)
        if (auto done = goToEpoch(*m_request.nextEpoch); !done)
            return done.error();
    if (!m_saved.isOwn() && !m_request.gives("epochs"))
        config().epochs += state().position.epoch;  // as many more as a new run would have
    const bool stoppedEarly = config().earlyStop > 0 && state().position.epochsWithoutBest >= config().earlyStop;
    const bool allDone = state().position.epoch >= config().epochs;
    if (allDone && m_saved.isOwn())
        m_run.done = fmt::format("All {} epochs are done already; --epochs N goes on.", state().position.epoch);
    else if (stoppedEarly)
        m_run.done =
            fmt::format("The run has stopped early, as {} had not improved for {} epochs; --early-stop 0 goes on.",
                        config().monitor, state().position.epochsWithoutBest);
    m_report.done = m_run.done;
    if (allDone && !m_saved.isOwn())
        return contradiction(fmt::format("{} epochs are done already, and --epochs means {} in all",
                                         state().position.epoch, config().epochs),
                             "Say how far the run shall go: --epochs N.");
    return {};
}

/// As --next-epoch says. Steps follow the epochs, so that the curves of a run that does some of them again go over
/// those of before; an optimizer's own count of steps, where there is no more to go by, stays.
Result<void> Resuming::goToEpoch(std::int64_t next)
{
    const bool tellsEpochs = m_saved.isOwn() || m_request.gives("epochs");
    if (next < 0 || (tellsEpochs && next >= config().epochs))
        return contradiction(fmt::format("--next-epoch {}: {}", next,
                                         next < 0 ? "epochs are counted from 0"
                                                  : fmt::format("there are {} epochs in all, 0 to {}", config().epochs,
                                                                config().epochs - 1)),
                             "Choose one of those, or say how far the run shall go: --epochs N.");
    TrainingPosition &position = state().position;
    const std::int64_t before = position.epoch;
    const bool counted = !m_saved.isOwn() && m_optimizer.steps > 0;
    if (!counted && (next != before || position.batch > 0))
        position.step = next * stepsPerEpoch(state());
    if (next != before || position.batch > 0)
        m_report.conflicts.push_back(fmt::format(
            "By the file the run goes on in epoch {}; as asked, it goes on at the start of epoch {}.", before, next));
    position.epoch = next;
    position.batch = 0;
    position.epochSums = {};
    position.lineSums = {};
    m_report.epochIs = "given";
    m_report.epochCertain = true;
    m_report.epochWhy = "as --next-epoch says";
    return {};
}

/// The best value of one metric says nothing of another.
void Resuming::forgetOtherMonitor()
{
    const std::string_view before = m_saved.own["monitor"].text();
    TrainingPosition &position = state().position;
    if (before == config().monitor || !position.best)
        return;
    m_report.conflicts.push_back(fmt::format("The monitored metric was {} and is {}: the best one is looked for anew.",
                                             before, config().monitor));
    position.best.reset();
    position.bestEpoch = -1;
    position.epochsWithoutBest = 0;
}

void Resuming::readForeignPosition()
{
    const std::int64_t perEpoch = stepsPerEpoch(state());
    TrainingPosition &position = state().position;
    EpochEvidence evidence;
    if (m_optimizer.steps > 0)
        evidence.optimizerSteps = m_optimizer.steps;
    evidence.schedulerSteps = m_saved.scheduler["last_epoch"].integer();
    evidence.stepsPerEpoch = perEpoch;
    evidence.layout = m_saved.checkpoint->layout;
    evidence.asked = m_request.epochIs;
    evidence.isPart = m_saved.epochIsPart;
    if (m_saved.epoch) {
        evidence.epoch = *m_saved.epoch;
        const EpochReading reading = readEpoch(evidence);
        position.epoch = reading.finished;
        m_report.fileEpoch = m_saved.epoch;
        m_report.epochIs = reading.meaning == EpochMeaning::Finished ? "finished" : "next";
        m_report.epochCertain = reading.certain;
        m_report.epochWhy = reading.why;
        compareWithSteps(evidence);
    } else {
        position.epoch = static_cast<std::int64_t>(m_optimizer.steps) / std::max<std::int64_t>(perEpoch, 1);
        m_report.missing.push_back(
            m_optimizer.steps > 0 ? fmt::format(
                "There is no epoch in the file: by the optimizer's {:.0f} steps, {} epochs of {} are done.",
                m_optimizer.steps, position.epoch, perEpoch)
                                  : "There is no epoch in the file: they are counted from 0.");
    }
    // A script's `step` may count batches, or those of one epoch; the optimizer's own count cannot.
    const std::int64_t counted = static_cast<std::int64_t>(m_optimizer.steps);
    position.step = counted > 0 ? counted : m_saved.step.value_or(position.epoch * perEpoch);
    m_report.missing.push_back("Best metric and early stopping begin anew.");
}

/// Says where `epoch` and the optimizer's count contradict each other under any reading.
void Resuming::compareWithSteps(const EpochEvidence &evidence)
{
    const std::int64_t perEpoch = evidence.stepsPerEpoch;
    if (!evidence.optimizerSteps || perEpoch <= 0 || evidence.isPart)
        return;
    const double steps = *evidence.optimizerSteps;
    if (steps == static_cast<double>(state().position.epoch * perEpoch))
        return;
    m_report.conflicts.push_back(fmt::format("The optimizer has done {:.0f} steps, and {} epochs would be {} ({} an "
                                             "epoch with this data and --batch-size {}): "
                                             "see that both are as they were.",
                                             steps, state().position.epoch, state().position.epoch * perEpoch, perEpoch,
                                             config().batchSize));
}

/// The unit of last_epoch is not in the file: by custom of the class, or because it counts what the optimizer counts.
bool Resuming::steppedPerBatch(const LrSchedule &schedule) const
{
    if (m_saved.isOwn())
        return m_saved.own["schedule_interval"].text() == "step";
    if (stepsPerBatch(schedule.className()))
        return true;
    const auto last = schedule.lastEpoch();
    const bool likeEpochs = std::abs(last - m_run.state.position.epoch) <= 1;
    return !likeEpochs && m_optimizer.steps > 0 && static_cast<double>(last) == m_optimizer.steps;
}

/// OneCycleLR is made for a number of steps and cannot go beyond.
Result<void> Resuming::checkReach()
{
    const LrSchedule &schedule = *state().schedule;
    if (schedule.className() != "OneCycleLR" || !m_run.done.empty())
        return {};
    const std::int64_t epochsLeft = config().epochs - state().position.epoch;
    const std::int64_t steps = state().schedulePerStep
                                   ? epochsLeft * stepsPerEpoch(state()) - state().position.batch / config().accumulate
                                   : epochsLeft;
    const LrSchedulePtr trial = schedule.clone();
    for (std::int64_t i = 0; i < steps; ++i)
        if (!trial->step())
            return contradiction(fmt::format("the checkpoint's OneCycleLR ends after {} steps, and {} epochs take {}",
                                             trial->lastEpoch(), config().epochs, schedule.lastEpoch() + steps),
                                 "Resume with fewer --epochs, or give --scheduler for a new schedule.");
    return {};
}

Result<void> Resuming::prepareSchedule()
{
    if (m_request.gives("scheduler") || !m_saved.scheduler.isValid())
        return newSchedule();
    if (m_request.gives("scheduler-arg"))
        return contradiction("--scheduler-arg would silently change the schedule that the checkpoint carries",
                             "Give --scheduler too, for a new one.");
    auto schedule = readLrSchedule(m_saved.scheduler, m_saved.paramGroups);
    if (schedule && (*schedule)->lastEpoch() >= 0) {
        takeSchedule(std::move(*schedule));
        return checkReach();
    }
    m_report.missing.push_back(fmt::format(
        "The schedule {} cannot be continued ({}): the learning rate stays as it is. --scheduler "
        "makes a new one.",
        m_saved.schedulerClass,
        schedule ? fmt::format("it has done {} steps", schedule->get()->lastEpoch()) : schedule.error().detail));
    config().scheduler = "none";
    config().schedulerArgs = {};
    return {};
}

void Resuming::takeSchedule(LrSchedulePtr schedule)
{
    state().schedulePerStep = steppedPerBatch(*schedule);
    if (!m_saved.isOwn()) {
        config().scheduler = schedule->className();
        config().schedulerArgs = {};
    }
    m_report.schedulerSection = m_saved.schedulerPath;
    m_report.restored.push_back(
        fmt::format("schedule {} after {} steps", schedule->className(), schedule->lastEpoch()));
    if (!schedule->note().empty())
        m_report.missing.push_back(schedule->note());
    for (const RateMismatch &mismatch : rateMismatches(*schedule, m_saved.paramGroups))
        m_report.conflicts.push_back(fmt::format("The learning rate {:.6g} of group {} contradicts the schedule, which "
                                                 "says {:.6g}; the file's rate is kept.",
                                                 mismatch.lr, mismatch.group, mismatch.expected));
    const bool ofOneCount = m_saved.isOwn() && !m_request.nextEpoch;
    if (!state().schedulePerStep && schedule->lastEpoch() != state().position.epoch && !ofOneCount)
        m_report.conflicts.push_back(
            fmt::format("The schedule has done {} steps in {} epochs: it is continued as it was saved.",
                        schedule->lastEpoch(), state().position.epoch));
    state().schedule = std::move(schedule);
    state().applySchedule();
}

/// A schedule that the file does not carry: made anew and brought to where the run stands.
Result<void> Resuming::newSchedule()
{
    const bool saved = m_saved.scheduler.isValid();
    const auto initial = scheduledGroups(m_saved.paramGroups);
    if (saved)
        m_report.conflicts.push_back("--scheduler replaces the checkpoint's " + m_saved.schedulerClass + ".");
    const bool anew = m_request.gives("scheduler") && config().scheduler != "none";
    for (std::size_t i = 0; i < initial.size() && !m_request.gives("lr") && anew; ++i)
        if (initial[i].initialLr && i < state().optimizer->groupCount())
            state().optimizer->setLr(i, *initial[i].initialLr);
    if (!saved && !m_request.gives("scheduler")) {
        noteAbsentSchedule(initial);
        config().scheduler = "none";
        return {};
    }
    if (auto done = assembleSchedule(state(), m_report); !done)
        return done.error();
    if (!state().schedule || state().schedule->needsMetric())
        return {};
    const std::int64_t done = state().schedulePerStep ? state().position.step : state().position.epoch;
    if (done > kMostSteps)
        return contradiction(fmt::format("no schedule is brought over {} steps", done), "Leave --scheduler out.");
    const double from = state().optimizer->lr(0);
    for (std::int64_t i = 0; i < done; ++i)
        if (auto stepped = state().schedule->step(); !stepped)
            return stepped.error();
    state().applySchedule();
    m_report.conflicts.push_back(
        fmt::format("The new {} begins at the rate {:.6g} and stands where {} {} have brought it: {:.6g}.",
                    state().schedule->className(), from, done, state().schedulePerStep ? "steps" : "epochs",
                    state().optimizer->lr(0)));
    return {};
}

void Resuming::noteAbsentSchedule(const std::vector<ScheduledGroup> &initial)
{
    for (const ScheduledGroup &group : initial)
        if (group.initialLr && *group.initialLr != group.lr) {
            m_report.missing.push_back(
                fmt::format("A schedule has brought the learning rate from {:.6g} to {:.6g}, but its state is "
                            "not in the file: the rate stays. --scheduler makes a new one.",
                            *group.initialLr, group.lr));
            return;
        }
    if (!m_saved.isOwn())
        m_report.missing.push_back("There is no schedule in the file: the learning rate stays. --scheduler makes one.");
}

Result<void> Resuming::prepareExtras()
{
    if (auto done = assembleExtras(state()); !done)
        return done.error();
    if (state().ema && m_saved.ema.isValid()) {
        if (auto loaded = state().ema->loadStateDict(m_saved.ema); !loaded) {
            Error error = loaded.error();
            if (error.code == ErrorCode::BadArgument)
                error.code = ErrorCode::Unsupported;
            error.advice = "Without --ema they are left aside.";
            return inFile(std::move(error));
        }
        m_report.ema = true;
        m_report.restored.push_back("averaged weights (EMA)");
    } else if (m_saved.ema.isValid()) {
        m_report.missing.push_back("The file has averaged weights; --ema DECAY continues them.");
    } else if (state().ema) {
        m_report.missing.push_back(
            "There are no averaged weights in the file: EMA begins with the weights as they are.");
    }
    if (state().scaler && m_saved.scaler.isValid()) {
        if (auto loaded = state().scaler->loadStateDict(m_saved.scaler); !loaded)
            return loaded.error();
        m_report.scaler = true;
        m_report.restored.push_back("gradient scaler");
    } else if (m_saved.scaler.isValid() && m_saved.scaler.count() > 0) {
        m_report.missing.push_back("The file has a gradient scaler; without --amp it plays no part.");
    }
    return {};
}

Result<void> Resuming::restoreGenerators()
{
    torch::manual_seed(config().seed);
    if (m_saved.cpuRng.isValid()) {
        auto tensor = readTensor(m_saved.cpuRng);
        if (!tensor)
            return inFile(tensor.error());
        const auto restored = guarded([&]() -> Result<void> {
            restoreCpuGenerator(*tensor);
            return {};
        });
        m_report.rng = static_cast<bool>(restored);
        if (restored) {
            m_report.restored.push_back("generator of the CPU");
        } else {
            torch::manual_seed(config().seed);
            m_report.missing.push_back(
                fmt::format("The generator state in the file is damaged ({}): dropout begins from seed {}.",
                            restored.error().detail, config().seed));
        }
    } else {
        m_report.missing.push_back(
            fmt::format("There is no generator state in the file: dropout begins from seed {}.", config().seed));
    }
    if (!state().device.is_cpu()) {
        const Value cuda = m_saved.cudaRng.is(ValueKind::List) ? m_saved.cudaRng.at(0) : m_saved.cudaRng;
        if (cuda.is(ValueKind::Tensor)) {
            const auto restored = guarded([&]() -> Result<void> {
                auto tensor = readTensor(cuda);
                if (!tensor)
                    return tensor.error();
                restoreDeviceGenerator(state().device, *tensor);
                return {};
            });
            m_report.deviceRng = static_cast<bool>(restored);
        }
        if (m_report.deviceRng)
            m_report.restored.push_back("generator of the device");
        else
            m_report.missing.push_back(fmt::format(
                "There is no generator state of such a device in the file: it begins from seed {}.", config().seed));
    }
    if (m_description)
        compareEnvironments();
    return {};
}

/// Whatever changes bits.
void Resuming::compareEnvironments()
{
    const RunEnvironment &then = m_description->environment;
    if (then.libtorch.empty())
        return;
    const RunEnvironment now = describeEnvironment(config().device);
    const auto differ = [&](std::string_view what, const auto &a, const auto &b) {
        if (a != b)
            m_report.conflicts.push_back(
                fmt::format("{} was {} and is {}: the last bits may differ from an unbroken run.", what, a, b));
    };
    differ("LibTorch", then.libtorch, now.libtorch);
    differ("BLAS", then.blas, now.blas);
    differ("oneDNN", then.onednn, now.onednn);
    differ("The device", then.device, now.device);
    if (m_request.gives("threads") && config().threads != then.atenThreads)
        differ("The number of threads", then.atenThreads, config().threads);
}

}  // namespace waypoint

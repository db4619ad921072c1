// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/epoch_meaning.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

EpochReading reading(EpochMeaning meaning, const EpochEvidence &evidence, bool certain, std::string why)
{
    const std::int64_t finished = evidence.epoch + (meaning == EpochMeaning::Finished ? 1 : 0);
    return {meaning, std::max<std::int64_t>(finished, 0), certain, std::move(why)};
}

/// Whether so many finished epochs agree with the optimizer's count of steps.
bool fitsSteps(const EpochEvidence &evidence, std::int64_t finished)
{
    return *evidence.optimizerSteps == static_cast<double>(finished * evidence.stepsPerEpoch);
}

std::optional<EpochReading> bySteps(const EpochEvidence &evidence)
{
    if (!evidence.optimizerSteps || *evidence.optimizerSteps <= 0 || evidence.stepsPerEpoch <= 0)
        return std::nullopt;
    const auto why = [&](std::int64_t finished) {
        return fmt::format("the optimizer has done {:.0f} steps, {} epochs of {}", *evidence.optimizerSteps, finished,
                           evidence.stepsPerEpoch);
    };
    if (fitsSteps(evidence, evidence.epoch + 1))
        return reading(EpochMeaning::Finished, evidence, true, why(evidence.epoch + 1));
    if (fitsSteps(evidence, evidence.epoch))
        return reading(EpochMeaning::Next, evidence, true, why(evidence.epoch));
    return std::nullopt;
}

/// A scheduler stepped once more than `epoch` says has seen that epoch end. One that stands at `epoch` itself has
/// either not, or was set back to it by its script: nothing follows.
std::optional<EpochReading> byScheduler(const EpochEvidence &evidence)
{
    if (evidence.schedulerSteps && *evidence.schedulerSteps == evidence.epoch + 1)
        return reading(EpochMeaning::Finished, evidence, true,
                       fmt::format("the scheduler has done {} steps", *evidence.schedulerSteps));
    return std::nullopt;
}

}  // namespace

EpochReading readEpoch(const EpochEvidence &evidence)
{
    if (evidence.asked)
        return reading(*evidence.asked, evidence, true, "as --epoch-is says");
    if (auto found = bySteps(evidence))
        return *found;
    if (evidence.isPart)
        return reading(EpochMeaning::Next, evidence, true, "it was saved in the middle of it, which begins again");
    if (auto found = byScheduler(evidence))
        return *found;
    if (evidence.layout == "hf-trainer")
        return reading(EpochMeaning::Next, evidence, false, "HuggingFace's trainer counts the epochs that are done");
    if (evidence.layout == "imagenet-example")
        return reading(EpochMeaning::Next, evidence, false, "PyTorch's imagenet example saves the next epoch");
    return reading(EpochMeaning::Finished, evidence, false,
                   "most scripts save the epoch they have finished; --epoch-is next says otherwise");
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/checkpoint_facts.h"

#include "core/checkpoint/role_words.h"
#include "core/metrics/checkpoint_scalars.h"
#include "core/metrics/file_place.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

using Named = std::pair<std::string, double>;

/// Ultralytics writes -1 when training is over, waypoint-train before the first epoch is; HF counts parts of epochs.
std::optional<std::int64_t> counted(double number)
{
    if (std::isnan(number) || number < 0 || number > 1e15)
        return std::nullopt;
    return static_cast<std::int64_t>(number);
}

bool isOfValidation(std::string_view name)
{
    return hasWord(wordsOf(name), {"val", "valid", "validation", "eval", "test", "dev"});
}

void takePlace(CheckpointFacts &facts, const RecordPlace &place)
{
    facts.epoch = counted(place.epoch);
    facts.step = counted(place.step);
}

/// The first loss becomes the loss, one that is called just so before others; the rest are metrics.
void takeValues(CheckpointFacts &facts, std::vector<Named> values)
{
    std::erase_if(values, [](const Named &value) { return curveKind(value.first) == CurveKind::LearningRate; });
    const auto isLoss = [](const Named &value) { return curveKind(value.first) == CurveKind::Loss; };
    auto loss = std::find_if(values.begin(), values.end(), [](const Named &value) { return value.first == "loss"; });
    if (loss == values.end())
        loss = std::find_if(values.begin(), values.end(), isLoss);
    if (loss != values.end()) {
        facts.loss = loss->second;
        // Its full name says more than "loss": kept where it is not just that.
        if (loss->first == "loss")
            values.erase(loss);
    }
    facts.metrics = std::move(values);
}

CheckpointFacts::Kind kindOf(const Checkpoint &checkpoint)
{
    const auto has = [&](std::initializer_list<Role> roles) {
        return std::any_of(checkpoint.sections.begin(), checkpoint.sections.end(), [&](const Section &section) {
            return std::find(roles.begin(), roles.end(), section.role) != roles.end();
        });
    };
    if (!has({Role::Model, Role::Module, Role::Ema}))
        return CheckpointFacts::Kind::Other;
    return has({Role::Optimizer}) ? CheckpointFacts::Kind::Resumable : CheckpointFacts::Kind::ModelOnly;
}

/// The one with the highest rank, the first of equals; ranks below zero do not count.
template<typename Rank>
std::optional<Named> best(const std::vector<Named> &values, Rank rank)
{
    const Named *found = nullptr;
    int highest = -1;
    for (const Named &value : values)
        if (const int own = rank(value.first); own > highest) {
            highest = own;
            found = &value;
        }
    return found ? std::optional<Named>(*found) : std::nullopt;
}

}  // namespace

CheckpointFacts factsOf(const Checkpoint &checkpoint, std::string_view fileName)
{
    CheckpointFacts facts;
    facts.kind = kindOf(checkpoint);
    const Value root(checkpoint.values, checkpoint.root);
    facts.isWaypoint = root["waypoint"].is(ValueKind::Dict);
    CheckpointScalars scalars = checkpointScalars(checkpoint);
    takePlace(facts, scalars.place);
    takeValues(facts, std::move(scalars.values));
    // Saved before the first step, when there was no loss yet.
    if (facts.isWaypoint && scalars.place.epoch < 0 && facts.loss == 0.0 && facts.metrics.empty())
        facts.loss.reset();
    const CheckpointFacts named = factsInName(fileName);
    if (!facts.epoch && !facts.step && (named.epoch || named.step)) {
        facts.epoch = named.epoch;
        facts.step = named.step;
        facts.fromName = true;
    }
    if (!facts.loss && facts.metrics.empty() && (named.loss || !named.metrics.empty())) {
        facts.loss = named.loss;
        facts.metrics = named.metrics;
        facts.fromName = true;
    }
    return facts;
}

CheckpointFacts factsInName(std::string_view fileName)
{
    CheckpointFacts facts;
    const std::filesystem::path file(fileName);
    takePlace(facts, placeInName(file));
    takeValues(facts, valuesInName(file));
    facts.fromName = facts.epoch || facts.step || facts.loss || !facts.metrics.empty();
    return facts;
}

std::optional<Named> tellingLoss(const CheckpointFacts &facts)
{
    const auto named = best(facts.metrics, [](const std::string &name) {
        return curveKind(name) != CurveKind::Loss ? -1 : isOfValidation(name) ? 1 : 0;
    });
    if (facts.loss && !(named && isOfValidation(named->first)))
        return Named(named && named->second == *facts.loss ? named->first : "loss", *facts.loss);
    return named;
}

std::optional<Named> tellingMetric(const CheckpointFacts &facts)
{
    return best(facts.metrics, [](const std::string &name) {
        const CurveKind kind = curveKind(name);
        if (kind == CurveKind::Loss)
            return -1;
        return (isOfValidation(name) ? 1 : 0) + (kind == CurveKind::Accuracy ? 2 : 0);
    });
}

bool isBetterLower(std::string_view name)
{
    return curveKind(name) == CurveKind::Loss
           || hasWord(wordsOf(name), {"error", "err", "errors", "perplexity", "ppl", "rmse", "wer", "cer", "fid",
                                      "lpips", "eer", "distance", "bpc", "bpd", "brier", "ece", "mape", "msle"});
}

}  // namespace waypoint

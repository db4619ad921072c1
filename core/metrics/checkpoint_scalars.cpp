// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/checkpoint_scalars.h"

#include "core/checkpoint/optimizer_view.h"
#include "core/checkpoint/role_words.h"
#include "core/metrics/entry_numbers.h"
#include "core/metrics/file_place.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace waypoint {

namespace {

constexpr std::size_t kMostValues = 1'000;

void addValue(CheckpointScalars &scalars, std::string name, double value)
{
    const bool known =
        std::any_of(scalars.values.begin(), scalars.values.end(), [&](const auto &each) { return each.first == name; });
    if (!known && scalars.values.size() < kMostValues)
        scalars.values.emplace_back(std::move(name), value);
}

/// A dict of results by name, whose numbers need no telling names of their own.
bool isMetricsDict(std::string_view label)
{
    constexpr std::array<std::string_view, 6> kNames{"metrics",      "train_metrics", "val_metrics",
                                                     "eval_metrics", "test_metrics",  "results"};
    return std::find(kNames.begin(), kNames.end(), label) != kNames.end();
}

void addMetricsDicts(const Checkpoint &checkpoint, CheckpointScalars &scalars)
{
    for (const auto &[label, entry] : childrenOf(checkpoint, kRootEntry)) {
        if (!isMetricsDict(label) || !checkpoint.entries.value(entry).is(ValueKind::Dict))
            continue;
        for (const auto &[name, child] : childrenOf(checkpoint, entry))
            if (const auto number = numberAt(checkpoint, child))
                addValue(scalars, label == "metrics" || label == "results" ? name : label + '/' + name, *number);
    }
}

void addSection(const Checkpoint &checkpoint, const Section &section, CheckpointScalars &scalars)
{
    const auto number = numberAt(checkpoint, section.entry);
    if (!number)
        return;
    switch (section.role) {
    case Role::Epoch:
        if (std::isnan(scalars.place.epoch))
            scalars.place.epoch = *number;
        break;
    case Role::Step:
        if (std::isnan(scalars.place.step))
            scalars.place.step = *number;
        break;
    case Role::Loss:
    case Role::Metric:
        addValue(scalars, checkpoint.entries.label(section.entry), *number);
        break;
    default:
        break;
    }
}

/// "lr", and "lr/group 1" for groups that differ; by the optimizer's name where there are several.
void addRates(const Checkpoint &checkpoint, CheckpointScalars &scalars)
{
    const auto isOptimizer = [](const Section &section) { return section.role == Role::Optimizer; };
    const auto optimizers = std::count_if(checkpoint.sections.begin(), checkpoint.sections.end(), isOptimizer);
    for (const Section &section : checkpoint.sections) {
        const auto view = isOptimizer(section) ? optimizerView(checkpoint.entries.value(section.entry)) : std::nullopt;
        if (!view)
            continue;
        std::string name = "lr";
        if (optimizers > 1)
            name += '/' + checkpoint.entries.pathText(section.entry);
        for (std::size_t i = 0; i < view->groups.size(); ++i) {
            const auto rate = view->groups[i]["lr"].number();
            const bool same = i > 0 && rate == view->groups[0]["lr"].number();
            if (rate && !same)
                addValue(scalars, i == 0 ? name : name + "/group " + std::to_string(i), *rate);
        }
    }
}

}  // namespace

CheckpointScalars checkpointScalars(const Checkpoint &checkpoint)
{
    CheckpointScalars scalars;
    addMetricsDicts(checkpoint, scalars);
    for (const Section &section : checkpoint.sections)
        addSection(checkpoint, section, scalars);
    addRates(checkpoint, scalars);
    return scalars;
}

CheckpointScalars withName(CheckpointScalars scalars, const std::filesystem::path &file)
{
    if (std::isnan(scalars.place.epoch) && std::isnan(scalars.place.step))
        scalars.place = placeInName(file);
    if (std::none_of(scalars.values.begin(), scalars.values.end(),
                     [](const auto &value) { return curveKind(value.first) != CurveKind::LearningRate; }))
        for (auto &[name, value] : valuesInName(file))
            addValue(scalars, std::move(name), value);
    return scalars;
}

}  // namespace waypoint

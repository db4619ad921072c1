// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/training_state.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <mutex>

namespace waypoint {

namespace {

constexpr std::int64_t kLayoutVersion = 1;  ///< of the dict `waypoint`

using Items = std::vector<std::pair<std::string, ValueId>>;

ValueId writeModel(const std::vector<ModelTensor> &tensors, Snapshot &into)
{
    Items items;
    for (const ModelTensor &entry : tensors)
        items.emplace_back(entry.name, into.addTensor(entry.tensor));
    return into.addOrderedDict(items);
}

ValueId writeSums(const LossSums &sums, Snapshot &into)
{
    return into.addDict(Items{{"loss", into.tree().addFloat(sums.loss)},
                              {"correct", into.tree().addInt(sums.correct)},
                              {"samples", into.tree().addInt(sums.samples)}});
}

LossSums readSums(Value value)
{
    return {value["loss"].number().value_or(0), value["correct"].integer().value_or(0),
            value["samples"].integer().value_or(0)};
}

ValueId writeMetrics(const TrainingPosition &position, Snapshot &into)
{
    Items items;
    for (const auto &[name, value] : position.lastMetrics)
        items.emplace_back(name, into.tree().addFloat(value));
    return into.addDict(items);
}

at::Tensor cpuGeneratorState()
{
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    const std::lock_guard lock(generator.mutex());
    return generator.get_state();
}

ValueId writeGenerators(const TrainingState &state, Snapshot &into)
{
    Items items{{"cpu", into.addTensor(cpuGeneratorState())}};
    if (!state.device.is_cpu()) {
        at::Generator generator = at::globalContext().defaultGenerator(state.device);
        const std::lock_guard lock(generator.mutex());
        items.emplace_back("cuda", into.addTensor(generator.get_state()));
    }
    return into.addDict(items);
}

ValueId writeOwn(const TrainingState &state, const std::string &runJson, Snapshot &into)
{
    ValueTree &tree = into.tree();
    const TrainingPosition &position = state.position;
    return into.addDict(Items{{"version", tree.addInt(kLayoutVersion)},
                              {"batch", tree.addInt(position.batch)},
                              {"epoch_sums", writeSums(position.epochSums, into)},
                              {"line_sums", writeSums(position.lineSums, into)},
                              {"monitor", tree.addStr(state.config.monitor)},
                              {"best", position.best ? tree.addFloat(*position.best) : tree.addNone()},
                              {"best_epoch", tree.addInt(position.bestEpoch)},
                              {"epochs_without_best", tree.addInt(position.epochsWithoutBest)},
                              {"schedule_interval", tree.addStr(state.schedulePerStep ? "step" : "epoch")},
                              {"model", tree.addStr(state.model->spec())},
                              {"run", tree.addStr(runJson)}});
}

}  // namespace

void TrainingState::applySchedule()
{
    if (!schedule)
        return;
    const auto &groups = schedule->groups();
    for (std::size_t i = 0; i < groups.size() && i < optimizer->groupCount(); ++i) {
        optimizer->setLr(i, groups[i].lr);
        if (groups[i].momentum && optimizer->momentum(i))
            optimizer->setMomentum(i, *groups[i].momentum);
        if (groups[i].initialLr)
            optimizer->setExtra(i, "initial_lr", *groups[i].initialLr);
        for (const auto &[key, value] : groups[i].extras)
            optimizer->setExtra(i, key, value);
    }
}

std::vector<ParameterGroup> parameterGroups(const std::vector<ModelTensor> &tensors, bool noDecay)
{
    std::vector<ParameterGroup> groups(noDecay ? 2 : 1);
    if (noDecay)
        groups[1].decay = false;
    for (const ModelTensor &entry : tensors) {
        if (!entry.parameter || !entry.tensor.requires_grad())
            continue;
        const bool bare = noDecay && (entry.norm || entry.tensor.dim() < 2);
        ParameterGroup &group = groups[bare ? 1 : 0];
        group.names.push_back(entry.name);
        group.parameters.push_back(entry.tensor);
    }
    std::erase_if(groups, [](const ParameterGroup &group) { return group.parameters.empty(); });
    return groups;
}

std::vector<ScheduledGroup> scheduledGroups(const Optimizer &optimizer)
{
    std::vector<ScheduledGroup> groups;
    for (std::size_t i = 0; i < optimizer.groupCount(); ++i)
        groups.push_back({.lr = optimizer.lr(i), .initialLr = {}, .momentum = optimizer.momentum(i), .extras = {}});
    return groups;
}

std::uint64_t checkpointBytes(const TrainingState &state)
{
    // Of the container: names, shapes and padding for each tensor; generator, settings and run.json for all.
    constexpr std::uint64_t kAround = 7'700;
    constexpr std::uint64_t kPerTensor = 200;
    std::uint64_t model = 0;
    for (const ModelTensor &entry : state.tensors)
        model += entry.tensor.nbytes() + kPerTensor;
    std::uint64_t optimizer = state.optimizer->stateBytes();
    for (std::size_t i = 0; i < state.optimizer->groupCount(); ++i)
        optimizer += (optimizer > 0 ? 3 : 0) * kPerTensor * state.optimizer->group(i).parameters.size();
    return kAround + model * (state.ema ? 2 : 1) + optimizer;
}

ValueId writeState(const TrainingState &state, const std::string &runJson, Snapshot &into)
{
    ValueTree &tree = into.tree();
    const TrainingPosition &position = state.position;
    Items items{{"epoch", tree.addInt(position.epoch - 1)},
                {"step", tree.addInt(position.step)},
                {"model_state_dict", writeModel(state.tensors, into)},
                {"optimizer_state_dict", state.optimizer->writeStateDict(into)},
                {"lr_scheduler_state_dict", state.schedule ? state.schedule->writeStateDict(tree) : tree.addNone()},
                {"loss", tree.addFloat(position.lastLoss)},
                {"metrics", writeMetrics(position, into)},
                {"rng_state", writeGenerators(state, into)}};
    if (state.ema)
        items.emplace_back("ema_state_dict", state.ema->writeStateDict(into));
    if (state.scaler)
        items.emplace_back("scaler_state_dict", state.scaler->writeStateDict(into));
    items.emplace_back("waypoint", writeOwn(state, runJson, into));
    return into.addDict(items);
}

void restoreCpuGenerator(const at::Tensor &saved)
{
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    const std::lock_guard lock(generator.mutex());
    generator.set_state(saved);
}

void restoreDeviceGenerator(const at::Device &device, const at::Tensor &saved)
{
    at::Generator generator = at::globalContext().defaultGenerator(device);
    const std::lock_guard lock(generator.mutex());
    generator.set_state(saved);
}

TrainingPosition readPosition(Value root, std::int64_t finished, std::int64_t step)
{
    const Value own = root["waypoint"];
    const Value metrics = root["metrics"];
    TrainingPosition position;
    position.lastLoss = root["loss"].number().value_or(0);
    for (std::size_t i = 0; i < metrics.count(); ++i)
        if (const auto value = metrics.at(i).number())
            position.lastMetrics.emplace_back(metrics.key(i).text(), *value);
    position.epoch = finished;
    position.step = step;
    position.batch = own["batch"].integer().value_or(0);
    position.epochSums = readSums(own["epoch_sums"]);
    position.lineSums = readSums(own["line_sums"]);
    position.best = own["best"].number();
    position.bestEpoch = own["best_epoch"].integer().value_or(-1);
    position.epochsWithoutBest = own["epochs_without_best"].integer().value_or(0);
    return position;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/run_assembly.h"

#include "core/training/devices/devices.h"
#include "core/training/devices/processor.h"
#include "core/training/run/loss.h"
#include "core/training/run/run_defaults.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace waypoint {

namespace {

constexpr std::string_view kScriptAdvice = "Make a TorchScript file of it in Python: scripted = "
                                           "torch.jit.script(model); scripted.save(\"model.pt\") - then use --model "
                                           "script:model.pt.";

std::string shapeText(const std::vector<std::int64_t> &shape) { return fmt::format("{}", fmt::join(shape, "x")); }

void describeWeights(const WeightsReport &weights, RestoreReport &report)
{
    report.modelRestored = weights.loaded;
    report.modelWanted = weights.wanted;
    report.missingKeys = weights.missing;
    report.unexpectedKeys = weights.unexpected;
    for (const auto &mismatch : weights.mismatched)
        report.mismatchedKeys.push_back(fmt::format("{}: {} in the file, {} in the model", mismatch.name,
                                                    shapeText(mismatch.inFile), shapeText(mismatch.inModel)));
    report.weightsText = weights.text();
}

bool isPlateau(std::string_view scheduler) { return scheduler == "plateau" || scheduler == "ReduceLROnPlateau"; }

}  // namespace

Result<void> assembleData(TrainingState &state, RestoreReport &report)
{
    report.preparing = "device";
    auto device = resolveDevice(state.config.device);
    if (!device)
        return device.error();
    state.config.device = *device;
    state.device = at::Device(*device);
    if (!state.device.is_cpu())
        useDeterministicAlgorithms();
    report.device = *device;
    auto data = openDatasets(state.config.data, state.config.val, state.config.seed);
    if (!data) {
        const bool trains = !state.config.val.empty() && openDatasets(state.config.data, {}, state.config.seed);
        report.preparing = trains ? "val" : "data";
        return data.error();
    }
    report.preparing.clear();
    state.data = std::move(*data);
    const DatasetInfo &info = state.data.train->info();
    report.trainSamples = info.count;
    report.valSamples = state.data.val ? state.data.val->info().count : 0;
    report.classes = info.classes;
    auto config = withDefaults(state.config, state.data);
    if (!config)
        return config.error();
    state.config = std::move(*config);
    report.config = state.config;
    torch::manual_seed(state.config.seed);
    return {};
}

Result<void> assembleModel(TrainingState &state, RestoreReport &report)
{
    const DatasetInfo &info = state.data.train->info();
    report.preparing = "model";
    auto model = makeModel({state.config.model, info.shape, info.targetSize});
    if (!model)
        return model.error();
    const std::int64_t outputs = (*model)->outputs();
    if (outputs > 0 && outputs != info.targetSize)
        return Error{.code = ErrorCode::BadArgument,
                     .detail = fmt::format("{} has {} outputs, and {} has {} {}", state.config.model, outputs,
                                           info.name, info.targetSize,
                                           info.target == TargetKind::Class ? "classes" : "values per sample"),
                     .advice = "Choose data with as many classes, or a model with another last layer."};
    state.model = std::move(*model);
    state.config.model = state.model->spec();
    report.model = state.config.model;
    if (!state.model->note().empty())
        report.conflicts.push_back(state.model->note());
    for (const ModelTensor &entry : state.model->tensors())
        report.parameters += entry.parameter ? entry.tensor.numel() : 0;
    return {};
}

Result<WeightsReport> assembleWeights(TrainingState &state, Value saved, bool strict, RestoreReport &report)
{
    // Compared first: what does not fit must not be half loaded.
    const std::vector<ModelTensor> tensors = state.model->tensors();
    const WeightsReport compared = compareWeights(tensors, saved);
    describeWeights(compared, report);
    if (strict && !compared.allMatched())
        return Error{.code = ErrorCode::BadArgument,
                     .detail = fmt::format("the weights do not fit {}: {}", state.config.model, compared.text()),
                     .advice = "Give the model they belong to, or --non-strict to take what fits."};
    auto weights = loadWeights(tensors, saved);
    if (!weights)
        return weights.error();
    report.restored.push_back(
        fmt::format("model {}: {} of {} tensors", state.config.model, weights->loaded, weights->wanted));
    if (!weights->strippedPrefix.empty())
        report.restored.push_back(fmt::format("(names without their prefix '{}')", weights->strippedPrefix));
    return weights;
}

void placeModel(TrainingState &state)
{
    if (!state.device.is_cpu())
        state.model->moveTo(state.device);
    state.model->setTraining(true);
    state.tensors = state.model->tensors();
}

Result<void> assembleSchedule(TrainingState &state, RestoreReport &report)
{
    report.preparing = "scheduler_arg";
    state.schedulePerStep = stepsPerBatch(state.config.scheduler);
    Arguments arguments = state.config.schedulerArgs;
    if (arguments.has("interval")) {
        const std::string interval = arguments.text("interval", "");
        if (interval != "step" && interval != "epoch")
            return Error{.code = ErrorCode::BadArgument,
                         .detail = "--scheduler-arg interval=" + interval + " must be step or epoch"};
        state.schedulePerStep = interval == "step";
        arguments = {};
        for (const auto &[key, text] : state.config.schedulerArgs.items())
            if (key != "interval")
                arguments.set(key, text);
    }
    const bool lossIsMonitored = state.config.monitor.find("loss") != std::string::npos;
    if (isPlateau(state.config.scheduler) && !arguments.has("mode") && !lossIsMonitored)
        arguments.set("mode", "max");  // an accuracy is to grow
    const std::int64_t total = state.config.epochs * (state.schedulePerStep ? stepsPerEpoch(state) : 1);
    auto schedule = makeLrSchedule(state.config.scheduler, arguments, scheduledGroups(*state.optimizer), total);
    if (!schedule) {
        if (schedule.error().detail.starts_with("there is no schedule"))
            report.preparing = "scheduler";
        return schedule.error();
    }
    report.preparing.clear();
    state.schedule = std::move(*schedule);
    state.applySchedule();
    return {};
}

Result<void> assembleExtras(TrainingState &state)
{
    const RunConfig &config = state.config;
    if (config.amp && state.device.is_cpu())
        return Error{.code = ErrorCode::BadArgument,
                     .detail = "--amp is for CUDA devices; on a CPU half precision is slower than single",
                     .advice = "Leave --amp out, or choose a device: waypoint-train devices."};
    if (state.optimizer->needsClosure() && (config.accumulate > 1 || config.amp || config.clipGrad > 0))
        return Error{.code = ErrorCode::BadArgument,
                     .detail =
                         "LBFGS evaluates the loss itself: --accumulate, --amp and --clip-grad do not go with it"};
    auto loss = Loss::make(config.loss, config.labelSmoothing, state.data.train->info());
    if (!loss)
        return loss.error();
    if (config.ema > 0) {
        WeightAverage::Named parameters;
        WeightAverage::Named buffers;
        for (const ModelTensor &entry : state.tensors)
            (entry.parameter ? parameters : buffers).emplace_back(entry.name, entry.tensor);
        state.ema.emplace(std::move(parameters), std::move(buffers), config.ema);
    }
    if (config.amp)
        state.scaler.emplace();
    return {};
}

void finishReport(const TrainingState &state, RestoreReport &report)
{
    report.config = state.config;
    report.fileBytes = checkpointBytes(state);
    report.optimizer = state.optimizer->className();
    for (std::size_t i = 0; i < state.optimizer->groupCount(); ++i) {
        report.lr.push_back(state.optimizer->lr(i));
        report.optimizerWanted += state.optimizer->group(i).parameters.size();
    }
    if (state.schedule) {
        report.scheduler = state.schedule->className();
        report.schedulerEpoch = state.schedule->lastEpoch();
        report.schedulerInterval = state.schedulePerStep ? "step" : "epoch";
    }
    report.nextEpoch = state.position.epoch;
    report.batch = state.position.batch;
    report.step = state.position.step;
}

std::int64_t stepsPerEpoch(const TrainingState &state)
{
    const RunConfig &config = state.config;
    const std::int64_t batches = (state.data.train->info().count + config.batchSize - 1) / config.batchSize;
    return (batches + config.accumulate - 1) / config.accumulate;
}

Result<std::string> modelFor(const SavedTraining &saved)
{
    const std::string file = std::filesystem::absolute(saved.checkpoint->path).string();
    if (saved.checkpoint->format == Format::TorchScript)
        return "script:" + file;
    const std::vector<ModelRequest> fitting = modelsThatFit(saved.model);
    if (fitting.size() == 1)
        return fitting.front().spec;
    if (fitting.empty() && saved.modelIsModule)
        return "module:" + file;
    if (fitting.empty())
        return Error{.code = ErrorCode::BadArgument,
                     .detail = "no model Waypoint knows has the names and shapes of these weights",
                     .advice = std::string(kScriptAdvice)};
    std::string names;
    for (const ModelRequest &request : fitting)
        names += (names.empty() ? "" : ", ") + request.spec;
    return Error{.code = ErrorCode::BadArgument,
                 .detail = "several models fit these weights: " + names,
                 .advice = "Choose one with --model."};
}

}  // namespace waypoint

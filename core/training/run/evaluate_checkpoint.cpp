// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value_bytes.h"
#include "core/training/devices/devices.h"
#include "core/training/devices/processor.h"
#include "core/training/run/evaluation.h"
#include "core/training/run/run_assembly.h"
#include "core/training/run/trainer.h"
#include "core/training/tensors/tensor_reading.h"

#include <cmath>
#include <limits>

namespace waypoint {

namespace {

constexpr ByteCount kLongestRunJson = {1 << 20};

double ratio(std::int64_t part, std::int64_t whole)
{
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole)
                     : std::numeric_limits<double>::quiet_NaN();
}

ClassScore scoreOf(const Evaluation &evaluation, std::int64_t index, const std::vector<std::string> &names)
{
    std::int64_t truth = 0;
    std::int64_t predicted = 0;
    for (std::int64_t other = 0; other < evaluation.classes; ++other) {
        truth += evaluation.at(index, other);
        predicted += evaluation.at(other, index);
    }
    const std::int64_t hits = evaluation.at(index, index);
    const auto place = static_cast<std::size_t>(index);
    ClassScore score;
    score.name = place < names.size() ? names[place] : std::to_string(index);
    score.samples = truth;
    score.precision = ratio(hits, predicted);
    score.recall = ratio(hits, truth);
    score.f1 = ratio(2 * hits, truth + predicted);
    return score;
}

void describeClasses(const Evaluation &evaluation, const DatasetInfo &info, EvaluationReport &report)
{
    report.accuracy = evaluation.sums.accuracy();
    for (std::int64_t truth = 0; truth < evaluation.classes; ++truth) {
        report.classes.push_back(scoreOf(evaluation, truth, info.classes));
        std::vector<std::int64_t> &row = report.confusion.emplace_back();
        for (std::int64_t predicted = 0; predicted < evaluation.classes; ++predicted)
            row.push_back(evaluation.at(truth, predicted));
    }
}

/// What the run of a checkpoint of ours was configured with; the defaults for others.
Result<RunConfig> configOf(const SavedTraining &saved)
{
    if (!saved.isOwn())
        return RunConfig();
    auto text = bytesOf(saved.checkpoint->values, saved.own["run"].id(), kLongestRunJson);
    if (!text)
        return text.error();
    auto description = parseRunJson(*text);
    if (!description)
        return description.error();
    return description->config;
}

/// The checkpoint's own settings, the options that were given, the model that fits.
Result<RunConfig> evaluationConfig(const SavedTraining &saved, const RunRequest &request)
{
    auto config = configOf(saved);
    if (!config)
        return config;
    if (saved.isOwn())
        config->model = saved.own["model"].text();
    if (!saved.isOwn() && !request.gives("data"))
        return Error{.code = ErrorCode::BadArgument,
                     .detail = "the checkpoint does not say which data it was trained on",
                     .advice = "Name samples with --data; the SPECs are listed by `waypoint-train evaluate --help`."};
    if (request.gives("data") && !request.gives("val"))
        config->val.clear();
    if (!resolveDevice(config->device))
        config->device = "cpu";  // trained elsewhere
    request.applyTo(*config);
    config->monitor = "none";
    if (!config->model.empty())
        return config;
    auto model = modelFor(saved);
    if (!model)
        return model.error();
    config->model = *model;
    return config;
}

Result<EvaluationReport> evaluate(const RunRequest &request)
{
    RunConfig asked;
    request.applyTo(asked);
    auto saved = openSavedTraining(request.checkpoint, {asked.section, asked.optimizerSection});
    if (!saved)
        return saved.error();
    auto config = evaluationConfig(*saved, request);
    if (!config)
        return config.error();
    TrainingState state;
    state.config = std::move(*config);
    RestoreReport restored;
    if (auto done = assembleData(state, restored); !done)
        return done.error();
    if (auto done = assembleModel(state, restored); !done)
        return done.error();
    if (auto done = assembleWeights(state, saved->model, true, restored); !done)
        return done.error();
    placeModel(state);
    auto loss = Loss::make(state.config.loss, state.config.labelSmoothing, state.data.train->info());
    if (!loss)
        return loss.error();
    if (state.config.threads > 0)
        setThreads(state.config.threads);
    const DatasetPtr data = state.data.val ? state.data.val : state.data.train;
    BatchLoader loader(data, {.batchSize = state.config.batchSize,
                              .shuffle = false,
                              .seed = state.config.seed,
                              .threads = static_cast<int>(state.config.loaders)});
    auto evaluation = evaluateModel(*state.model, *loss, loader, data->info(), state.device);
    if (!evaluation)
        return evaluation.error();
    EvaluationReport report;
    report.checkpoint = request.checkpoint.string();
    report.model = state.config.model;
    report.data = state.data.val && !state.config.val.empty() ? state.config.val : state.config.data;
    report.part = state.data.val ? "held out" : "all";
    report.samples = evaluation->sums.samples;
    report.lossName = state.config.loss;
    report.loss = evaluation->sums.mean();
    if (loss->countsClasses())
        describeClasses(*evaluation, data->info(), report);
    return report;
}

}  // namespace

Result<EvaluationReport> evaluateCheckpoint(const RunRequest &request)
{
    keepFreedMemory();
    return guarded([&] { return evaluate(request); });
}

}  // namespace waypoint

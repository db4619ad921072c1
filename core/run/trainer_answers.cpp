// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/trainer_answers.h"

#include "core/run/answer_fields.h"
#include "core/run/config_fields.h"

namespace waypoint {

namespace {

/// Of one document. The largest that are meant: the confusion matrix of some thousand classes, the keys of a model
/// that does not fit.
constexpr std::size_t kLongest = std::size_t{64} << 20;

/// Parses one document and lets `read(AnswerFields, T &)` take it apart.
template<typename T, typename Read>
Result<T> parseAnswer(std::string_view text, const char *name, const Read &read)
{
    if (text.size() > kLongest)
        return Error{.code = ErrorCode::TooLarge, .detail = std::string(name) + ": more than 64 MiB"};
    const auto json = parseJson(text);
    if (!json)
        return Error{.code = ErrorCode::Corrupt,
                     .detail = std::string(name) + ": " + json.error().detail,
                     .at = json.error().at,
                     .advice = "Use the waypoint-train of this version of Waypoint."};
    std::optional<Error> error;
    T answer{};
    AnswerFields fields(*json, name, error);
    read(fields, answer);
    if (error)
        return *std::move(error);
    return answer;
}

TrainerDevice device(AnswerFields fields)
{
    TrainerDevice device;
    fields.need("name", device.name);
    fields.may("model", device.model);
    fields.may("uuid", device.uuid);
    fields.may("total_bytes", device.totalBytes);
    fields.may("free_bytes", device.freeBytes);
    fields.may("utilisation", device.utilisation);
    fields.need("usable", device.usable);
    fields.may("reason", device.reason);
    return device;
}

TrainerModel model(AnswerFields fields)
{
    TrainerModel model;
    fields.need("name", model.name);
    fields.need("description", model.description);
    fields.need("sample", model.sample);
    fields.need("outputs", model.outputs);
    fields.need("parameters", model.parameters);
    return model;
}

void readModel(AnswerFields fields, TrainerPlan &plan)
{
    fields.need("name", plan.model);
    fields.need("section", plan.modelSection);
    fields.need("parameters", plan.parameters);
    fields.need("restored", plan.modelRestored);
    fields.need("wanted", plan.modelWanted);
    fields.need("missing", plan.missingKeys);
    fields.need("unexpected", plan.unexpectedKeys);
    fields.need("mismatched", plan.mismatchedKeys);
}

void readOptimizer(AnswerFields fields, TrainerPlan &plan)
{
    fields.need("class", plan.optimizer);
    fields.need("section", plan.optimizerSection);
    fields.need("restored", plan.optimizerRestored);
    fields.need("wanted", plan.optimizerWanted);
}

void readScheduler(AnswerFields fields, TrainerPlan &plan)
{
    fields.need("class", plan.scheduler);
    fields.need("section", plan.schedulerSection);
    fields.may("last_epoch", plan.schedulerEpoch);
    fields.need("interval", plan.schedulerInterval);
}

void readEpoch(AnswerFields fields, TrainerPlan &plan)
{
    fields.may("in_file", plan.fileEpoch);
    fields.need("is", plan.epochIs);
    fields.need("certain", plan.epochCertain);
    fields.need("why", plan.epochWhy);
    fields.need("next", plan.nextEpoch);
    fields.need("batch", plan.batch);
}

void readData(AnswerFields fields, TrainerPlan &plan)
{
    fields.need("train", plan.trainSamples);
    fields.need("val", plan.valSamples);
    fields.need("classes", plan.classes);
}

void readConfig(AnswerFields fields, RunConfig &config)
{
    // A setting that another version does not know keeps its default, as in run.json.
    const auto visit = [&fields](std::string_view key, auto &value) { fields.may(key, value); };
    eachConfigField(visit, config);
}

void readCarried(AnswerFields &fields, TrainerPlan &plan)
{
    fields.need("rng", plan.rng);
    fields.need("device_rng", plan.deviceRng);
    fields.need("ema", plan.ema);
    fields.need("scaler", plan.scaler);
    fields.need("best", plan.best);
    fields.need("done", plan.done);
    fields.need("restored", plan.restored);
    fields.need("missing", plan.missing);
    fields.need("conflicts", plan.conflicts);
}

void readPlan(AnswerFields &fields, TrainerPlan &plan)
{
    fields.need("action", plan.action);
    fields.need("checkpoint", plan.checkpoint);
    fields.need("out", plan.out);
    readModel(fields.part("model"), plan);
    readOptimizer(fields.part("optimizer"), plan);
    readScheduler(fields.part("scheduler"), plan);
    readEpoch(fields.part("epoch"), plan);
    fields.need("step", plan.step);
    fields.need("lr", plan.lr);
    readCarried(fields, plan);
    fields.need("device", plan.device);
    readData(fields.part("data"), plan);
    readConfig(fields.part("config"), plan.config);
    fields.may("file_bytes", plan.fileBytes);
    fields.may("error", plan.error);
    fields.may("error_option", plan.errorOption);
}

ClassResult classResult(AnswerFields fields)
{
    ClassResult result;
    fields.need("name", result.name);
    fields.need("samples", result.samples);
    fields.need("precision", result.precision);
    fields.need("recall", result.recall);
    fields.need("f1", result.f1);
    return result;
}

void readEvaluation(AnswerFields &fields, TrainerEvaluation &evaluation)
{
    fields.need("checkpoint", evaluation.checkpoint);
    fields.need("model", evaluation.model);
    fields.need("data", evaluation.data);
    fields.need("part", evaluation.part);
    fields.need("samples", evaluation.samples);
    fields.need("loss", evaluation.loss);
    fields.need("loss_name", evaluation.lossName);
    fields.may("accuracy", evaluation.accuracy);
    fields.list("classes", [&](AnswerFields item) { evaluation.classes.push_back(classResult(std::move(item))); });
    fields.need("confusion", evaluation.confusion);
}

}  // namespace

Result<TrainerDevices> parseDevices(std::string_view json)
{
    return parseAnswer<TrainerDevices>(json, "devices", [](AnswerFields &fields, TrainerDevices &answer) {
        fields.may("version", answer.version);
        fields.list("devices", [&](AnswerFields item) { answer.devices.push_back(device(std::move(item))); });
        auto libtorch = fields.part("libtorch");
        libtorch.need("version", answer.libtorch);
        libtorch.may("cuda", answer.cuda);
        fields.may("no_gpu", answer.noGpu);
    });
}

Result<std::vector<TrainerModel>> parseModels(std::string_view json)
{
    return parseAnswer<std::vector<TrainerModel>>(json, "models", [](AnswerFields &fields, auto &models) {
        fields.list("models", [&](AnswerFields item) { models.push_back(model(std::move(item))); });
    });
}

Result<TrainerPlan> parsePlan(std::string_view json) { return parseAnswer<TrainerPlan>(json, "plan", readPlan); }

Result<TrainerEvaluation> parseEvaluation(std::string_view json)
{
    return parseAnswer<TrainerEvaluation>(json, "evaluation", readEvaluation);
}

}  // namespace waypoint

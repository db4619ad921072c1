// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/run_config.h"

#include "core/run/json_fields.h"

namespace waypoint {

namespace {

/// Every field under its key, in the order of run.json: one list for writing and reading.
template<typename Visit, typename Config>
void eachField(Visit &visit, Config &config)
{
    visit("model", config.model);
    visit("data", config.data);
    visit("val", config.val);
    visit("device", config.device);
    visit("epochs", config.epochs);
    visit("batch_size", config.batchSize);
    visit("shuffle", config.shuffle);
    visit("seed", config.seed);
    visit("optimizer", config.optimizer);
    visit("lr", config.lr);
    visit("optimizer_args", config.optimizerArgs);
    visit("no_decay", config.noDecay);
    visit("scheduler", config.scheduler);
    visit("scheduler_args", config.schedulerArgs);
    visit("loss", config.loss);
    visit("label_smoothing", config.labelSmoothing);
    visit("clip_grad", config.clipGrad);
    visit("accumulate", config.accumulate);
    visit("amp", config.amp);
    visit("ema", config.ema);
    visit("init", config.init);
    visit("strict", config.strict);
    visit("section", config.section);
    visit("optimizer_section", config.optimizerSection);
    visit("checkpoint_every", config.checkpointEvery);
    visit("checkpoint_steps", config.checkpointSteps);
    visit("checkpoint_minutes", config.checkpointMinutes);
    visit("keep_last", config.keepLast);
    visit("monitor", config.monitor);
    visit("early_stop", config.earlyStop);
    visit("threads", config.threads);
    visit("loaders", config.loaders);
    visit("log_every", config.logEvery);
}

template<typename Visit, typename Environment>
void eachFact(Visit &visit, Environment &environment)
{
    visit("libtorch", environment.libtorch);
    visit("waypoint", environment.waypoint);
    visit("aten_threads", environment.atenThreads);
    visit("blas_threads", environment.blasThreads);
    visit("blas", environment.blas);
    visit("onednn", environment.onednn);
    visit("device", environment.device);
    visit("host", environment.host);
}

Error notRunJson(std::string detail)
{
    return {.code = ErrorCode::Corrupt,
            .detail = "run.json: " + std::move(detail),
            .advice = "Correct it there with a text editor, or start a new run."};
}

/// Fills in what the object under `key` holds; nothing where there is none.
template<typename Fill>
std::optional<Error> readPart(const Json &root, const char *key, const Fill &fill)
{
    const auto part = root.find(key);
    if (part == root.end())
        return std::nullopt;
    if (!part->is_object())
        return notRunJson("'" + std::string(key) + "' should be an object");
    JsonReader reader(*part, "run.json: " + std::string(key));
    fill(reader);
    return reader.error();
}

}  // namespace

std::string runJson(const RunConfig &config, const RunEnvironment &environment, const std::vector<std::string> &command)
{
    JsonWriter writer;
    writer("waypoint", std::int64_t{1});
    writer.open("config");
    eachField(writer, config);
    writer.close();
    writer.open("environment");
    eachFact(writer, environment);
    writer.close();
    writer("command", command);
    return writer.finish();
}

Result<RunDescription> parseRunJson(std::string_view text)
{
    const auto root = parseJson(text);
    if (!root)
        return notRunJson(root.error().detail);
    if (!root->is_object())
        return notRunJson("it should be an object");
    std::int64_t version = 1;
    RunDescription run;
    JsonReader reader(*root, "run.json");
    reader("waypoint", version);
    reader("command", run.command);
    auto problem = reader.error();
    if (!problem)
        problem = readPart(*root, "config", [&run](JsonReader &part) { eachField(part, run.config); });
    if (!problem)
        problem = readPart(*root, "environment", [&run](JsonReader &part) { eachFact(part, run.environment); });
    if (problem)
        return *std::move(problem);
    if (version != 1)
        return Error{.code = ErrorCode::Unsupported,
                     .detail = "run.json is of version " + std::to_string(version),
                     .advice = "A newer Waypoint has written it; use that one."};
    return run;
}

}  // namespace waypoint

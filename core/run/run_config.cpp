// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/run_config.h"

#include "core/run/config_fields.h"
#include "core/run/json_fields.h"

namespace waypoint {

namespace {

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
    eachConfigField(writer, config);
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
        problem = readPart(*root, "config", [&run](JsonReader &part) { eachConfigField(part, run.config); });
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

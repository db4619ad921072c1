// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value_bytes.h"
#include "core/run/run_folder.h"
#include "core/training/run/resuming.h"
#include "core/training/run/run_defaults.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>

#include <algorithm>

// The file, its settings, its model.
namespace waypoint {

namespace {

constexpr ByteCount kLongestRunJson = {1 << 20};

bool isFile(std::string_view model) { return model.starts_with("script:") || model.starts_with("module:"); }

}  // namespace

Error contradiction(std::string detail, std::string advice)
{
    return {.code = ErrorCode::BadArgument, .detail = std::move(detail), .advice = std::move(advice)};
}

Result<void> Resuming::findFile()
{
    std::filesystem::path file = m_request.checkpoint;
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored) && std::filesystem::exists(RunPaths(file).run(), ignored)) {
        auto newest = newestCheckpoint(RunPaths(file));
        if (!newest)
            return newest.error();
        for (const std::string &sentence : newest->passedOver)
            m_report.conflicts.push_back(sentence);
        file = newest->path;
    }
    if (file == m_request.checkpoint && std::filesystem::is_directory(file / "checkpoints", ignored)
        && !hasCheckpoint(RunPaths(file)))
        return Error{.code = ErrorCode::NotFound,
                     .detail = "the run has ended before its first checkpoint",
                     .advice = "Start it again with the same --out.",
                     .file = file.string()};
    const auto folder = runFolderOf(m_request.checkpoint);
    m_run.resumed = true;
    m_run.resumedFrom = file;
    m_run.out = m_request.out.empty() ? folder.value_or("") : m_request.out;
    m_report.action = "continue";
    m_report.checkpoint = file.string();
    m_report.out = m_run.out.string();
    if (!std::filesystem::exists(file, ignored))
        return Error{.code = ErrorCode::NotFound, .detail = "there is no such checkpoint", .file = file.string()};
    if (m_run.out.empty()) {
        m_report.missing.push_back("The checkpoint lies in no run folder: --out DIR says where the run shall be kept.");
        return {};
    }
    const bool same =
        folder
        && std::filesystem::weakly_canonical(*folder, ignored) == std::filesystem::weakly_canonical(m_run.out, ignored);
    if (folder && !same)
        m_run.curvesFrom = *folder;
    m_report.preparing = "out";
    if (!same && hasCheckpoint(RunPaths(m_run.out)))
        return Error{.code = ErrorCode::WriteFailed,
                     .detail = "the folder holds another run with checkpoints already",
                     .advice = "Choose another --out.",
                     .file = m_run.out.string()};
    m_report.preparing.clear();
    return {};
}

Result<void> Resuming::readConfig()
{
    RunConfig asked;
    m_request.applyTo(asked);
    auto saved = openSavedTraining(m_run.resumedFrom, {asked.section, asked.optimizerSection});
    if (!saved)
        return inFile(saved.error());
    m_saved = std::move(*saved);
    m_report.modelSection = m_saved.modelPath;
    m_report.optimizerSection = m_saved.optimizerPath;
    m_report.missing.insert(m_report.missing.end(), m_saved.notes.begin(), m_saved.notes.end());
    if (m_saved.isOwn()) {
        const Value run = m_saved.own["run"];
        auto text = bytesOf(m_saved.checkpoint->values, run.id(), kLongestRunJson);
        if (!text)
            return inFile(text.error());
        auto description = parseRunJson(*text);
        if (!description)
            return inFile(description.error());
        m_description = std::move(*description);
        config() = m_description->config;
        config().init.clear();  // what it began with is behind it
    }
    m_request.applyTo(config());
    config() = withAbsolutePaths(std::move(config()), std::filesystem::current_path());
    return m_description ? checkOverrides() : Result<void>();
}

/// What options change in a run of ours: named, or refused where the run would no longer be the same.
Result<void> Resuming::checkOverrides()
{
    const RunConfig &before = m_description->config;
    if (config().seed != before.seed)
        return contradiction(fmt::format("the run has seed {}; with --seed {} other samples would be held out",
                                         before.seed, config().seed),
                             "To begin anew with these weights: start --init FILE.");
    if (m_request.gives("init") || m_request.gives("no-decay"))
        return contradiction("--init and --no-decay are for a new run",
                             "To begin anew with these weights: start --init FILE.");
    const bool inEpoch = m_saved.own["batch"].integer().value_or(0) > 0;
    const bool otherBatches = config().batchSize != before.batchSize || config().shuffle != before.shuffle
                              || config().data != before.data || config().accumulate != before.accumulate;
    if (inEpoch && otherBatches)
        return contradiction(
            "the checkpoint is from within an epoch, whose other batches would no longer be the same",
            "Resume with the same --data, --batch-size, --accumulate and order, or from the end of an epoch.");
    for (const Override &given : m_request.overrides) {
        RunConfig changed = before;
        given.apply(changed);
        if (changed != before && given.option != "optimizer-arg" && given.option != "lr")
            m_report.conflicts.push_back(
                fmt::format("--{} changes what the checkpoint's run was set to.", given.option));
    }
    if (config().amp && !m_request.gives("amp") && config().device == "cpu") {
        config().amp = false;
        m_report.conflicts.push_back("The run used mixed precision; on a CPU it goes on without.");
    }
    return {};
}

Result<void> Resuming::chooseModel()
{
    if (m_saved.isOwn()) {
        const std::string trained(m_saved.own["model"].text());
        const bool given = m_request.gives("model");
        if (given && isFile(config().model) && isFile(trained))
            return {};  // it may have moved; its weights must fit in any case
        m_report.preparing = "model";
        if (given && config().model != trained && !trained.starts_with(config().model + ':'))
            return contradiction(
                fmt::format("the checkpoint is of {}, not of {}", trained, config().model),
                "To start a new run of another model with these weights: start --init FILE --non-strict.");
        config().model = trained;
        return {};
    }
    if (!m_request.gives("model")) {
        auto model = modelFor(m_saved);
        if (!model) {
            Error error = model.error();
            error.file = m_run.resumedFrom.string();
            return error;
        }
        config().model = *model;
    }
    if (!m_request.gives("data") && config().model != "iris")
        return contradiction("the checkpoint does not say which data it was trained on",
                             "Name it with --data; the SPECs are listed by `waypoint-train resume --help`.");
    return {};
}

Result<void> Resuming::prepareModel()
{
    m_report.preparing.clear();
    if (auto done = takeOptimizerSettings(); !done)
        return done.error();
    if (auto done = assembleData(state(), m_report); !done)
        return done.error();
    if (auto done = assembleModel(state(), m_report); !done) {
        if (m_request.gives("data") && !m_request.gives("model"))
            m_report.preparing = "data";
        return done.error();
    }
    auto weights = assembleWeights(state(), m_saved.model, config().strict, m_report);
    if (!weights)
        return inFile(weights.error());
    for (std::string &name : m_saved.parameterNames)
        if (name.starts_with(weights->strippedPrefix))
            name.erase(0, weights->strippedPrefix.size());
    placeModel(state());
    m_report.preparing.clear();
    return {};
}

Result<PreparedRun> prepareResume(const RunRequest &request, RestoreReport &report)
{
    return guarded([&]() -> Result<PreparedRun> { return Resuming(request, report).prepare(); });
}

}  // namespace waypoint

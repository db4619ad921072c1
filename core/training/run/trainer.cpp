// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/trainer.h"

#include "core/base/describe_error.h"
#include "core/io/atomic_file.h"
#include "core/run/surroundings.h"
#include "core/training/devices/processor.h"
#include "core/training/run/option_at_fault.h"
#include "core/training/run/prepared_run.h"
#include "core/training/run/stop_signals.h"
#include "core/training/run/thread_choice.h"
#include "core/training/run/training_loop.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>

#include <system_error>

namespace waypoint {

namespace {

std::string reasonOf(const Error &error)
{
    switch (error.code) {
    case ErrorCode::TrainingFailed:
        if (error.detail.starts_with("out of memory"))
            return "out_of_memory";
        return error.detail.starts_with("the loss is") ? "nan" : "internal";
    case ErrorCode::NoDevice:
        return "device";
    case ErrorCode::BadArgument:
        return "arguments";
    default:
        return "file";
    }
}

Error withFile(Error error, const std::filesystem::path &file)
{
    if (error.file.empty())
        error.file = file.string();
    return error;
}

/// DIR/last.pth and DIR/best.pth lead to the newest and the best: the folder's short names for people. Where the file
/// system has no symbolic links they are only below checkpoints/.
void linkShortNames(const RunPaths &paths)
{
    for (const char *name : {"last.pth", "best.pth"}) {
        std::error_code ignored;
        if (!std::filesystem::exists(std::filesystem::symlink_status(paths.folder / name, ignored)))
            std::filesystem::create_symlink(std::filesystem::path("checkpoints") / name, paths.folder / name, ignored);
    }
}

/// The curves of a run go with its checkpoint: lines up to its step come along into a new folder, later ones stop
/// counting.
Result<void> continueCurves(MetricsLog &metrics, const PreparedRun &run, const RunPaths &paths)
{
    const std::int64_t step = run.state.position.step;
    std::error_code none;
    const bool hasLines = std::filesystem::file_size(paths.metrics(), none) > 0 && !none;
    if (!run.curvesFrom.empty()) {
        // Of a run that died here before its first checkpoint.
        if (hasLines)
            if (auto appended = metrics.appendResumed(0); !appended)
                return appended.error();
        auto lines = readMetrics(RunPaths(run.curvesFrom).metrics());
        for (std::size_t i = 0; lines && i < lines->size(); ++i)
            if ((*lines)[i].step <= step)
                if (auto appended = metrics.append((*lines)[i]); !appended)
                    return appended.error();
        return {};
    }
    return hasLines ? metrics.appendResumed(step) : Result<void>();
}

/// Number of threads, then everything bits depend on.
Result<std::string> settleEnvironment(TrainingState &state, const Loss &loss, RunLog &log)
{
    if (state.config.threads > 0) {
        setThreads(state.config.threads);
    } else {
        auto chosen = chooseThreads(state, loss);
        if (!chosen)
            return chosen.error();
        state.config.threads = *chosen;
        log.say(fmt::format("{} thread{} for LibTorch, the fastest here.", *chosen, *chosen == 1 ? "" : "s"));
    }
    return runJson(state.config, describeEnvironment(state.config.device));
}

/// One run between its lock and its last status.
class Session
{
public:
    Session(const RunRequest &request, RunPaths paths, ControlWatch &watch)
        : m_request(request), m_paths(std::move(paths)), m_watch(watch), m_log(m_paths.log())
    {
    }

    Result<RunEnd> run()
    {
        RestoreReport report;
        auto prepared = m_request.resume ? prepareResume(m_request, report) : prepareStart(m_request, report);
        if (!prepared)
            return prepared.error();
        if (!prepared->done.empty()) {
            m_watch.set([&](RunStatus &status) {
                status.epochs = prepared->state.config.epochs;
                status.epoch = prepared->state.position.epoch;
                status.step = prepared->state.position.step;
            });
            return RunEnd{RunState::Finished, prepared->done};
        }
        m_log.say(reportText(report));
        return guarded([&] { return train(*prepared); });
    }

    void say(const std::string &text) { m_log.say(text); }
    void sayFailed(const std::string &text) { m_log.sayFailed(text); }

private:
    Result<RunEnd> train(PreparedRun &run)
    {
        TrainingState &state = run.state;
        auto loss = Loss::make(state.config.loss, state.config.labelSmoothing, state.data.train->info());
        if (!loss)
            return loss.error();
        auto json = settleEnvironment(state, *loss, m_log);
        if (!json)
            return json.error();
        if (auto written = replaceFile(m_paths.run(), *json); !written)
            return withFile(written.error(), m_paths.run());
        auto metrics = MetricsLog::open(m_paths.metrics());
        if (!metrics)
            return withFile(metrics.error(), m_paths.metrics());
        const bool fromElsewhere = !run.curvesFrom.empty();
        if (auto copied = fromElsewhere ? continueCurves(*metrics, run, m_paths) : Result<void>(); !copied)
            return withFile(copied.error(), m_paths.metrics());
        linkShortNames(m_paths);
        if (run.resumed && run.resumedFrom.parent_path() == m_paths.checkpoints())
            m_watch.set([&](RunStatus &status) { status.lastCheckpoint = run.resumedFrom.filename().string(); });
        CheckpointSaver saver(m_paths, state.config.keepLast, {run.resumedFrom}, [&metrics] {
            static_cast<void>(
                metrics->flush());  // a disk that refuses this refuses the checkpoint too, and says so there
        });
        const bool asItWas = run.resumedFrom == m_paths.last() && m_request.overrides.empty() && !m_request.nextEpoch;
        TrainingLoop loop(state, *loss, {m_paths, m_log, m_watch, *metrics, saver, *json, m_request.stopAfter});
        if (auto saved = asItWas ? Result<void>() : loop.saveFirst(); !saved)
            return saved.error();
        // Lines stop counting only once a checkpoint is there that goes on without them.
        if (auto cut = fromElsewhere ? Result<void>() : continueCurves(*metrics, run, m_paths); !cut)
            return withFile(cut.error(), m_paths.metrics());
        auto ended = loop.run();
        return ended ? ended : Result<RunEnd>(withFile(ended.error(), m_paths.folder));
    }

    const RunRequest &m_request;
    RunPaths m_paths;
    ControlWatch &m_watch;
    RunLog m_log;
};

/// Where the run will be; nothing where that is an argument that is missing, which preparing reports.
std::filesystem::path folderOf(const RunRequest &request)
{
    if (!request.out.empty() || !request.resume)
        return request.out;
    return runFolderOf(request.checkpoint).value_or("");
}

/// Whether a request is about the run that a folder holds.
bool goesOnThere(const RunRequest &request, const RunPaths &paths)
{
    const auto folder = request.resume ? runFolderOf(request.checkpoint) : std::nullopt;
    std::error_code ignored;
    return folder && std::filesystem::equivalent(*folder, paths.folder, ignored);
}

/// Where the run stood when it was last heard of, for as long as nothing new is known.
RunStatus statusBefore(const RunPaths &paths)
{
    RunStatus status;
    const auto text = readText(paths.status());
    const auto before = text ? parseStatus(*text) : Result<RunStatus>(text.error());
    if (before) {
        status.epoch = before->epoch;
        status.epochs = before->epochs;
        status.step = before->step;
        status.batch = before->batch;
        status.batches = before->batches;
        status.lastCheckpoint = before->lastCheckpoint;
    }
    return status;
}

}  // namespace

Result<TrainingOutcome> runTraining(const RunRequest &request)
{
    watchStopSignals();
    keepFreedMemory();
    const RunPaths paths(folderOf(request));
    if (paths.folder.empty()) {
        const TrainingPlan plan = planTraining(request);
        return plan.error.value_or(
            Error{.code = ErrorCode::BadArgument,
                  .detail = "the checkpoint lies in no run folder, so there is none to go on with",
                  .advice = "Say where the run shall be kept: --out DIR."});
    }
    auto lock = RunLock::acquire(paths);
    if (!lock)
        return withFile(lock.error(), paths.folder);
    if (hasCheckpoint(paths) && !goesOnThere(request, paths))
        if (const auto refused = planTraining(request).error)
            return *refused;  // without a word in the folder of another run
    ControlWatch watch(paths, statusBefore(paths));
    Session session(request, paths, watch);
    auto ended = session.run();
    if (!ended) {
        const std::string sentence = describe(ended.error());
        session.sayFailed(sentence);
        watch.set([&](RunStatus &status) {
            status.state = RunState::Failed;
            status.message = sentence;
            status.reason = reasonOf(ended.error());
        });
        return ended.error();
    }
    session.say(ended->message);
    watch.set([&](RunStatus &status) {
        status.state = ended->state;
        status.message = ended->message;
        status.secondsLeft = 0;
    });
    return TrainingOutcome{ended->message, paths.folder};
}

TrainingPlan planTraining(const RunRequest &request)
{
    TrainingPlan plan;
    auto prepared = request.resume ? prepareResume(request, plan.report) : prepareStart(request, plan.report);
    if (!prepared) {
        plan.error = prepared.error();
        plan.report.optionAtFault = optionAtFault(*plan.error, plan.report.preparing);
    }
    return plan;
}

std::vector<ModelLine> listModels()
{
    std::vector<ModelLine> lines;
    for (const ModelDescription &model : registeredModels())
        lines.push_back({model.name, model.description, model.sample, model.outputs, model.parameters});
    return lines;
}

}  // namespace waypoint

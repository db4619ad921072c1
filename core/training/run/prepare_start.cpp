// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/run_folder.h"
#include "core/training/run/run_assembly.h"
#include "core/training/run/run_defaults.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>

#include <optional>

namespace waypoint {

namespace {

Result<void> prepare(PreparedRun &run, RestoreReport &report)
{
    TrainingState &state = run.state;
    std::optional<SavedTraining> init;
    if (!state.config.init.empty()) {
        report.preparing = "init";
        auto saved = openSavedTraining(state.config.init, {state.config.section, {}});
        if (!saved)
            return saved.error();
        init = std::move(*saved);
        report.action = "new run from weights";
        report.checkpoint = state.config.init;
        report.modelSection = init->modelPath;
    }
    if (init && state.config.model.empty()) {
        auto model = modelFor(*init);
        if (!model)
            return model.error();
        state.config.model = *model;
    }
    if (auto done = assembleData(state, report); !done)
        return done.error();
    if (auto done = assembleModel(state, report); !done)
        return done.error();
    report.preparing = init ? "init" : "";
    if (init)
        if (auto done = assembleWeights(state, init->model, state.config.strict, report); !done)
            return done.error();
    placeModel(state);
    report.preparing = optimizerClassName(state.config.optimizer).empty() ? "optimizer" : "optimizer_arg";
    auto optimizer = makeOptimizer(state.config.optimizer, parameterGroups(state.tensors, state.config.noDecay),
                                   state.config.lr, state.config.optimizerArgs);
    if (!optimizer)
        return optimizer.error();
    report.preparing.clear();
    state.optimizer = std::move(*optimizer);
    state.config.lr = state.optimizer->lr(0);
    if (auto done = assembleSchedule(state, report); !done)
        return done.error();
    if (auto done = assembleExtras(state); !done)
        return done.error();
    return {};
}

}  // namespace

Result<PreparedRun> prepareStart(const RunRequest &request, RestoreReport &report)
{
    return guarded([&]() -> Result<PreparedRun> {
        PreparedRun run;
        request.applyTo(run.state.config);
        run.state.config = withAbsolutePaths(std::move(run.state.config), std::filesystem::current_path());
        run.out = request.out;
        report.action = "start";
        report.out = request.out.string();
        report.preparing = "out";
        if (hasCheckpoint(RunPaths(run.out)))
            return Error{.code = ErrorCode::WriteFailed,
                         .detail = "the folder holds a run with checkpoints already",
                         .advice = fmt::format("Choose another --out, or go on with it: waypoint-train resume {}",
                                               run.out.string()),
                         .file = run.out.string()};
        report.preparing.clear();
        if (auto done = prepare(run, report); !done)
            return done.error();
        finishReport(run.state, report);
        return run;
    });
}

}  // namespace waypoint

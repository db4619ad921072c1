// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/epoch_meaning.h"
#include "core/training/run/run_assembly.h"

#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// One resume, from the request to a state that is ready for the next step.
class Resuming
{
public:
    Resuming(const RunRequest &request, RestoreReport &report) : m_request(request), m_report(report) {}

    Result<PreparedRun> prepare()
    {
        for (const auto step : {&Resuming::findFile, &Resuming::readConfig, &Resuming::chooseModel,
                                &Resuming::prepareModel, &Resuming::prepareOptimizer, &Resuming::readPositionOfRun,
                                &Resuming::prepareSchedule, &Resuming::prepareExtras, &Resuming::restoreGenerators})
            if (auto done = (this->*step)(); !done)
                return done.error();
        finishReport(m_run.state, m_report);
        return std::move(m_run);
    }

private:
    TrainingState &state() { return m_run.state; }
    RunConfig &config() { return m_run.state.config; }

    Result<void> findFile();
    Result<void> readConfig();
    Result<void> checkOverrides();
    Result<void> chooseModel();
    Result<void> prepareModel();
    Result<void> takeOptimizerSettings();
    Result<void> checkOptimizerClass(const SavedOptimizer &saved) const;
    void noteClass();
    void nameParameters();
    void guessGroups(const std::vector<ParameterGroup> &all);
    void freezeOthers();
    Result<std::vector<ParameterGroup>> savedGroups() const;
    Result<void> prepareOptimizer();
    void overrideSettings(const std::vector<GroupSettings> &made);
    Result<void> overrideRate();
    Result<void> readPositionOfRun();
    void forgetOtherMonitor();
    void readForeignPosition();
    Result<void> goToEpoch(std::int64_t next);
    void compareWithSteps(const EpochEvidence &evidence);
    Result<void> checkReach();
    Result<void> prepareSchedule();
    Result<void> newSchedule();
    void noteAbsentSchedule(const std::vector<ScheduledGroup> &initial);
    void takeSchedule(LrSchedulePtr schedule);
    bool steppedPerBatch(const LrSchedule &schedule) const;
    Result<void> prepareExtras();
    Result<void> restoreGenerators();
    void compareEnvironments();

    /// For what the optimizer's state in the file is not fit for.
    Error notContinued(Error error) const
    {
        const bool chosen = m_request.gives("section") || m_request.gives("optimizer-section");
        if (error.code == ErrorCode::BadArgument && !chosen)
            error.code = ErrorCode::Unsupported;
        if (error.advice.empty())
            error.advice = chosen ? "Choose the optimizer of this model with --optimizer-section."
                                  : "To begin anew with these weights: start --init FILE.";
        return inFile(std::move(error));
    }

    /// Says which file it is about, where it is about one.
    Error inFile(Error error) const
    {
        if (error.file.empty() && error.code != ErrorCode::BadArgument)
            error.file = m_run.resumedFrom.string();
        return error;
    }

    const RunRequest &m_request;
    RestoreReport &m_report;
    PreparedRun m_run;
    SavedTraining m_saved;
    std::optional<RunDescription> m_description;  ///< of our own checkpoints
    SavedOptimizer m_settings;                    ///< what the saved optimizer was made with
    OptimizerReport m_optimizer;
};

/// What would silently change a run, as an error.
[[nodiscard]] Error contradiction(std::string detail, std::string advice);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/train/run_commands.h"

#include "app/train/exit_status.h"
#include "app/train/run_options.h"
#include "core/training/run/option_at_fault.h"
#include "core/training/run/trainer.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <string_view>

namespace waypoint {

namespace {

TrainStatus run(const RunOptions &options)
{
    const auto request = options.request();
    if (!request)
        return reportError(request.error());
    const auto outcome = runTraining(*request);
    return outcome ? TrainStatus::Done : reportError(outcome.error());
}

/// Of options that make no sense.
TrainingPlan refusedPlan(const Error &error)
{
    TrainingPlan plan{.report = {}, .error = error};
    plan.report.optionAtFault = optionAtFault(error, {});
    return plan;
}

TrainStatus plan(const RunOptions &options, bool json)
{
    const auto request = options.request();
    const TrainingPlan plan = request ? planTraining(*request) : refusedPlan(request.error());
    if (json)
        std::cout << reportJson(plan.report, plan.error) << std::flush;
    else if (!plan.error)
        std::cout << reportText(plan.report) << std::flush;
    return plan.error ? reportError(*plan.error) : TrainStatus::Done;
}

void addRun(CLI::App &app, int &status, bool resume)
{
    const auto options = std::make_shared<RunOptions>();
    CLI::App *command =
        resume ? app.add_subcommand("resume", "Goes on from a checkpoint: of Waypoint or of Python, whole or partial")
               : app.add_subcommand("start", "Starts a run; without options it trains Iris");
    options->addTo(*command, resume);
    command->callback([options, &status] { status = static_cast<int>(run(*options)); });
}

void addPlan(CLI::App &plans, int &status, bool resume)
{
    const auto options = std::make_shared<RunOptions>();
    const auto json = std::make_shared<bool>(false);
    CLI::App *command =
        plans.add_subcommand(resume ? "resume" : "start", resume ? "What resume would do" : "What start would do");
    options->addTo(*command, resume);
    command->add_flag("--json", *json, "Write one JSON document");
    command->callback([options, json, &status] { status = static_cast<int>(plan(*options, *json)); });
}

}  // namespace

void writeUnparsedPlan(std::span<const char *const> arguments, const CLI::Error &error)
{
    const bool plans = arguments.size() > 1 && std::string_view(arguments[1]) == "plan";
    const auto isJson = [](std::string_view argument) { return argument == "--json"; };
    if (!plans || std::none_of(arguments.begin(), arguments.end(), isJson))
        return;
    const TrainingPlan plan = refusedPlan({.code = ErrorCode::BadArgument, .detail = error.what()});
    std::cout << reportJson(plan.report, plan.error) << std::flush;
}

void addRunCommands(CLI::App &app, int &status)
{
    addRun(app, status, false);
    addRun(app, status, true);
    CLI::App *plans = app.add_subcommand("plan", "Says what start or resume would do, without doing it");
    plans->require_subcommand(1);
    addPlan(*plans, status, false);
    addPlan(*plans, status, true);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/average_command.h"
#include "app/inspect/curves_command.h"
#include "app/inspect/diff_command.h"
#include "app/inspect/epochs_command.h"
#include "app/inspect/exit_status.h"
#include "app/inspect/export_command.h"
#include "app/inspect/salvage_command.h"
#include "app/inspect/scan_command.h"
#include "app/inspect/schedule_command.h"
#include "app/inspect/stats_command.h"
#include "app/inspect/tree_command.h"

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

namespace {

using waypoint::ExitStatus;

ExitStatus run(int argc, char **argv)
{
    CLI::App app{"Shows what is in a PyTorch checkpoint. Nothing in a file is ever run.", "waypoint-inspect"};
    app.set_version_flag("--version", "waypoint-inspect " WAYPOINT_VERSION);
    app.require_subcommand(1);
    app.footer("Exit status: 0 done, 1 wrong arguments, 2 the file cannot be read,\n"
               "3 scan found a name that could run code.");

    ExitStatus status = ExitStatus::Done;
    waypoint::addTreeCommand(app, status);
    waypoint::addStatsCommand(app, status);
    waypoint::addDiffCommand(app, status);
    waypoint::addScanCommand(app, status);
    waypoint::addScheduleCommand(app, status);
    waypoint::addCurvesCommand(app, status);
    waypoint::addEpochsCommand(app, status);
    waypoint::addExportCommand(app, status);
    waypoint::addAverageCommand(app, status);
    waypoint::addSalvageCommand(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        const bool asked = app.exit(error, std::cout, std::cerr) == 0;  // --help and --version
        return asked ? ExitStatus::Done : ExitStatus::WrongArguments;
    }
    if (waypoint::outputFailed() && status == ExitStatus::Done)
        return ExitStatus::Unreadable;
    return status;
}

}  // namespace

int main(int argc, char **argv)
{
    try {
        return static_cast<int>(run(argc, argv));
    } catch (const std::exception &exception) {
        // Only memory running out gets here: core returns its errors.
        std::cerr << "waypoint-inspect: " << exception.what() << '\n';
        return static_cast<int>(ExitStatus::Unreadable);
    }
}

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/train/devices_command.h"
#include "app/train/evaluate_command.h"
#include "app/train/exit_status.h"
#include "app/train/models_command.h"
#include "app/train/run_commands.h"

#include <CLI/CLI.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <string>

namespace {

using waypoint::TrainStatus;

/// One line, as every other error has.
std::string sentenceOf(const CLI::App * /*app*/, const CLI::Error &error)
{
    return std::string("waypoint-train: ") + error.what() + "; see waypoint-train --help\n";
}

int run(int argc, char **argv)
{
    CLI::App app{"Trains a PyTorch model with LibTorch, and goes on from any checkpoint.", "waypoint-train"};
    app.set_version_flag("--version", "waypoint-train " WAYPOINT_VERSION);
    app.require_subcommand(1);
    app.failure_message(sentenceOf);
    app.footer("Exit status: 0 finished or stopped as asked, 1 wrong arguments, 2 a file or folder,\n"
               "3 the device, 4 training itself (NaN loss, out of memory).");

    int status = static_cast<int>(TrainStatus::Done);
    waypoint::addRunCommands(app, status);
    waypoint::addEvaluateCommand(app, status);
    waypoint::addDevicesCommand(app, status);
    waypoint::addModelsCommand(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        const bool asked = app.exit(error, std::cout, std::cerr) == 0;  // --help and --version
        if (!asked)
            waypoint::writeUnparsedPlan({argv, static_cast<std::size_t>(argc)}, error);
        return static_cast<int>(asked ? TrainStatus::Done : TrainStatus::WrongArguments);
    }
    return status;
}

/// Started without standard streams, the first files opened would take their numbers, and what is printed would go into
/// them.
void fillStandardStreams()
{
    for (int descriptor = ::open("/dev/null", O_RDWR); descriptor >= 0 && descriptor <= STDERR_FILENO;)
        descriptor = ::open("/dev/null", O_RDWR);
}

}  // namespace

int main(int argc, char **argv)
{
    fillStandardStreams();
    try {
        return run(argc, argv);
    } catch (const std::exception &exception) {
        // Only memory running out gets here: core returns its errors.
        std::cerr << "waypoint-train: " << exception.what() << '\n';
        return static_cast<int>(TrainStatus::TrainingFailed);
    }
}

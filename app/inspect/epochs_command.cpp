// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/epochs_command.h"

#include "app/inspect/epochs_json.h"
#include "app/inspect/epochs_text.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

struct EpochsArguments
{
    std::vector<std::string> paths;
    EpochsQuestion question;
    bool json = false;
};

ExitStatus runEpochs(const EpochsArguments &arguments)
{
    EpochsQuestion question = arguments.question;
    question.paths.assign(arguments.paths.begin(), arguments.paths.end());
    const Result<EpochsReport> report = followEpochs(question);
    if (!report) {
        Error error = report.error();
        const std::string about = std::exchange(error.file, {});
        reportUnreadable(about.empty() ? arguments.paths.front() : about, error);
        return error.code == ErrorCode::BadArgument ? ExitStatus::WrongArguments : ExitStatus::Unreadable;
    }
    if (!arguments.json) {
        writeEpochsText(*report, writeOutput);
        return ExitStatus::Done;
    }
    JsonWriter json(writeOutput);
    writeEpochsJson(*report, json);
    json.finish();
    return ExitStatus::Done;
}

}  // namespace

void addEpochsCommand(CLI::App &app, ExitStatus &status)
{
    const auto arguments = std::make_shared<EpochsArguments>();
    EpochChoice &choice = arguments->question.choice;
    CLI::App *epochs = app.add_subcommand(
        "epochs", "Shows what each layer did over the checkpoints of a run: norms, updates, what is frozen or dead");
    epochs
        ->add_option("PATH", arguments->paths,
                     "Checkpoints, or folders that hold them (a run, its checkpoints/); sorted by epoch or step")
        ->required();
    epochs->add_flag("--json", arguments->json, "Write one JSON document");
    epochs->add_option("--section", choice.section, "Part to follow, as in 'ema'; else the model")->type_name("PATH");
    epochs->add_option("--match", arguments->question.match, "Only tensors whose name matches, as in 'layer4.*'")
        ->type_name("GLOB");
    epochs->add_option("--metric", arguments->question.metric, "Number that tells the best file, as in 'accuracy/val'")
        ->type_name("NAME");
    epochs->add_option("--every", choice.every, "Take one checkpoint in so many")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000'000}))
        ->type_name("N");
    epochs->add_option("--most", choice.most, "Take at most so many, evenly spread; 0: all")
        ->capture_default_str()
        ->type_name("N");
    epochs->callback([arguments, &status] { status = runEpochs(*arguments); });
}

}  // namespace waypoint

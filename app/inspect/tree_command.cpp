// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/tree_command.h"

#include "app/inspect/text_layout.h"
#include "app/inspect/tree_json.h"
#include "app/inspect/tree_text.h"
#include "core/checkpoint/reader.h"

#include <chrono>
#include <memory>
#include <string>

namespace waypoint {

namespace {

struct TreeArguments
{
    std::string file;
    bool json = false;
    bool sha256 = false;
    bool timing = false;
};

ExitStatus runTree(const TreeArguments &arguments)
{
    const auto start = std::chrono::steady_clock::now();
    const Opened opened = openCheckpoint(arguments.file);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!opened.checkpoint)
        return reportUnreadable(arguments.file, opened.error.value_or(Error{}));

    TreeOptions options{.sha256 = arguments.sha256, .openSeconds = {}};
    if (arguments.timing)
        options.openSeconds = took;
    if (arguments.json) {
        JsonWriter json(writeOutput);
        writeTreeJson(*opened.checkpoint, arguments.file, options, json);
    } else {
        writeTreeText(*opened.checkpoint, arguments.file, options, terminalWidth(), writeOutput);
    }
    return ExitStatus::Done;
}

}  // namespace

void addTreeCommand(CLI::App &app, ExitStatus &status)
{
    const auto arguments = std::make_shared<TreeArguments>();
    CLI::App *tree = app.add_subcommand("tree", "Lists everything in a checkpoint; reads no tensor's data");
    tree->add_option("FILE", arguments->file, "Checkpoint, or folder where a format is one")->required();
    tree->add_flag("--json", arguments->json, "Write one JSON document");
    tree->add_flag("--sha256", arguments->sha256, "Hash the elements of tensors and arrays (reads them all)");
    tree->add_flag("--timing", arguments->timing, "Tell how long opening took");
    tree->callback([arguments, &status] { status = runTree(*arguments); });
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/diff_command.h"

#include "app/inspect/diff_json.h"
#include "app/inspect/diff_text.h"
#include "app/inspect/text_layout.h"
#include "core/checkpoint/reader.h"
#include "core/pickle/python_literal.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace waypoint {

namespace {

struct DiffArguments
{
    std::string fileA;
    std::string fileB;
    std::string sectionA;
    std::string sectionB;
    std::string match;
    DiffSort sort = DiffSort::File;
    bool all = false;
    bool layers = false;
    bool json = false;
    bool timing = false;
};

using Seconds = std::chrono::duration<double>;

/// A side of the comparison, or what went wrong with it.
struct OpenedSide
{
    DiffSide side;
    ExitStatus status = ExitStatus::Done;
};

/// What may be meant instead of a path that is not there.
std::string sectionsText(const Checkpoint &checkpoint)
{
    constexpr std::size_t kMost = 8;
    std::string text;
    for (std::size_t i = 0; i < checkpoint.sections.size() && i < kMost; ++i)
        if (const std::string path = checkpoint.entries.pathText(checkpoint.sections[i].entry); !path.empty())
            text += (text.empty() ? " It has: " : ", ") + path;
    return text.empty() ? text : text + '.';
}

OpenedSide findSection(const std::string &file, CheckpointPtr checkpoint, const std::string &path)
{
    const EntryId section = checkpoint->entries.find(path);
    if (section != kNoEntry)
        return {{std::move(checkpoint), section}, ExitStatus::Done};
    const std::string line =
        fmt::format("waypoint-inspect: {}: there is no '{}' in this file.{}", file, path, sectionsText(*checkpoint));
    std::fputs((oneLine(line) + '\n').c_str(), stderr);
    return {{}, ExitStatus::WrongArguments};
}

OpenedSide openSide(const std::string &file, const std::string &section)
{
    const Opened opened = openCheckpoint(file);
    if (!opened.checkpoint)
        return {{}, reportUnreadable(file, opened.error.value_or(Error{}))};
    return findSection(file, opened.checkpoint, section);
}

ExitStatus runDiff(const DiffArguments &arguments)
{
    const OpenedSide a = openSide(arguments.fileA, arguments.sectionA);
    if (a.status != ExitStatus::Done)
        return a.status;
    // Two parts of one file are read from what is open already.
    const OpenedSide b = arguments.fileB == arguments.fileA
                             ? findSection(arguments.fileB, a.side.checkpoint, arguments.sectionB)
                             : openSide(arguments.fileB, arguments.sectionB);
    if (b.status != ExitStatus::Done)
        return b.status;
    const auto start = std::chrono::steady_clock::now();
    const CheckpointDiff diff = matchCheckpoints(a.side, b.side);
    const Seconds matched = std::chrono::steady_clock::now() - start;
    const auto rows = diffRows(diff, arguments.match);
    const Seconds took = std::chrono::steady_clock::now() - start;
    if (arguments.json) {
        JsonWriter json(writeOutput);
        const auto told = arguments.timing ? std::optional(took) : std::nullopt;
        writeDiffJson(diff, rows, {arguments.fileA, arguments.fileB, arguments.match, told}, json);
        return ExitStatus::Done;
    }
    const DiffTextOptions options{.fileA = arguments.fileA,
                                  .fileB = arguments.fileB,
                                  .match = arguments.match,
                                  .sort = arguments.sort,
                                  .all = arguments.all,
                                  .layers = arguments.layers,
                                  .width = terminalWidth()};
    writeDiffText(diff, rows, options, writeOutput);
    if (arguments.timing)
        writeOutput(fmt::format("\nmatched in {:.1f} ms, read in {:.1f} ms\n", matched.count() * 1000,
                                (took - matched).count() * 1000));
    return ExitStatus::Done;
}

}  // namespace

void addDiffCommand(CLI::App &app, ExitStatus &status)
{
    const auto arguments = std::make_shared<DiffArguments>();
    CLI::App *diff =
        app.add_subcommand("diff", "Compares two checkpoints, or two parts of one: which tensors changed and how much, "
                                   "which settings differ");
    diff->add_option("A", arguments->fileA, "Checkpoint to start from, or folder where a format is one")->required();
    diff->add_option("B", arguments->fileB, "Checkpoint to compare with it; may be the same file")->required();
    diff->add_option("--section-a", arguments->sectionA, "Only this part of A: keys joined by '/'")->type_name("PATH");
    diff->add_option("--section-b", arguments->sectionB, "Only this part of B")->type_name("PATH");
    diff->add_option("--match", arguments->match, "Only what has a path or last name that matches, as in '*.weight'")
        ->type_name("GLOB");
    const std::map<std::string, DiffSort> sorts{{"file", DiffSort::File},
                                                {"name", DiffSort::Name},
                                                {"relative", DiffSort::Relative},
                                                {"l2", DiffSort::L2},
                                                {"max", DiffSort::Max}};
    diff->add_option("--sort", arguments->sort, "Order of the lines: file, name, relative, l2, max")
        ->transform(CLI::CheckedTransformer(sorts))
        ->type_name("ORDER");
    diff->add_flag("--all", arguments->all, "List what is the same, too");
    diff->add_flag("--layers", arguments->layers, "A line for each layer in place of each tensor");
    diff->add_flag("--json", arguments->json, "Write one JSON document");
    diff->add_flag("--timing", arguments->timing, "Tell how long comparing took");
    diff->callback([arguments, &status] { status = runDiff(*arguments); });
}

}  // namespace waypoint

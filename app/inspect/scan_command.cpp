// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/scan_command.h"

#include "app/inspect/json_output.h"
#include "app/inspect/safety_text.h"
#include "app/inspect/tree_json.h"
#include "core/checkpoint/reader.h"
#include "core/pickle/python_literal.h"

#include <algorithm>
#include <memory>
#include <string>

namespace waypoint {

namespace {

struct ScanArguments
{
    std::string file;
    bool json = false;
};

/// A file that breaks off may hide anything behind its end.
Safety verdictOf(const Opened &opened)
{
    const Safety seen = verdictOf(std::span(opened.globals));
    return opened.error ? std::max(seen, Safety::Unknown) : seen;
}

void writeScanJson(const ScanArguments &arguments, const Opened &opened)
{
    JsonWriter json(writeOutput);
    json.beginObject();
    json.key("file");
    json.text(arguments.file);
    if (opened.checkpoint) {
        json.key("format");
        json.text(formatName(opened.checkpoint->format));
    }
    json.key("verdict");
    json.text(safetyName(verdictOf(opened)));
    json.key("weights_only");
    json.boolean(!opened.error && passesWeightsOnly(opened.globals));
    json.key("globals");
    json.beginArray();
    for (const GlobalUse &global : opened.globals)
        writeGlobalJson(global, json);
    json.endArray();
    if (opened.error) {
        json.key("error");
        json.text(errorLine(arguments.file, *opened.error));
    }
    json.endObject();
    json.finish();
}

ExitStatus runScan(const ScanArguments &arguments)
{
    const Opened opened = openCheckpoint(arguments.file);
    if (arguments.json)
        writeScanJson(arguments, opened);
    else if (opened.checkpoint || !opened.globals.empty())
        writeOutput(oneLine(arguments.file) + '\n' + safetyText(opened.globals));
    if (opened.error)
        reportUnreadable(arguments.file, *opened.error);
    if (verdictOf(opened) == Safety::Dangerous)
        return ExitStatus::Dangerous;
    return opened.error ? ExitStatus::Unreadable : ExitStatus::Done;
}

}  // namespace

void addScanCommand(CLI::App &app, ExitStatus &status)
{
    const auto arguments = std::make_shared<ScanArguments>();
    CLI::App *scan = app.add_subcommand("scan", "Says which classes and functions a file names, and how dangerous "
                                                "they are; exit status 3 where one could run code");
    scan->add_option("FILE", arguments->file, "Checkpoint, or folder where a format is one")->required();
    scan->add_flag("--json", arguments->json, "Write one JSON document");
    scan->callback([arguments, &status] { status = runScan(*arguments); });
}

}  // namespace waypoint

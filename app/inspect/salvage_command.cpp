// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/salvage_command.h"

#include "app/inspect/json_output.h"
#include "app/inspect/stop_on_signal.h"
#include "app/inspect/text_layout.h"
#include "core/base/printable.h"
#include "core/checkpoint/salvage/salvage.h"
#include "core/pickle/python_literal.h"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace waypoint {

namespace {

struct SalvageArguments
{
    std::string file;
    std::string output;
    bool json = false;
    bool dryRun = false;
};

void writeLost(const SalvagePlan &plan, JsonWriter &json)
{
    json.key("lost");
    json.beginArray();
    for (const LostPart &part : plan.lost) {
        json.beginObject();
        json.key("path");
        json.text(part.path);
        json.key("bytes");
        json.count(part.bytes.value);
        json.key("reason");
        json.text(part.reason);
        json.endObject();
    }
    json.endArray();
}

void writeJson(const SalvageArguments &arguments, const SalvagePlan &plan)
{
    JsonWriter json(writeOutput);
    json.beginObject();
    json.key("file");
    json.text(arguments.file);
    json.key("format");
    json.text(formatName(plan.checkpoint->format));
    json.key("damaged");
    json.boolean(plan.isDamaged);
    json.key("output");
    arguments.dryRun ? json.null() : json.text(arguments.output);
    json.key("tensors");
    json.count(plan.tensors);
    json.key("all_tensors");
    json.count(plan.allTensors());
    json.key("bytes");
    json.count(plan.bytes.value);
    json.key("checked");
    json.count(plan.checked);
    json.key("other_values");
    json.count(plan.otherValues);
    writeLost(plan, json);
    json.key("names_lost");
    json.boolean(plan.namesLost);
    json.key("notes");
    json.texts(plan.notes);
    json.endObject();
    json.finish();
}

std::string counted(std::size_t count, std::string_view thing)
{
    return fmt::format("{} {}{}", groupedDigits(count), thing, count == 1 ? "" : "s");
}

void writeText(const SalvageArguments &arguments, const SalvagePlan &plan)
{
    if (plan.namesLost)
        writeOutput(fmt::format("{} {}, {}; how many there were cannot be told\n",
                                arguments.dryRun ? "Can save" : "Saved", counted(plan.tensors, "tensor"),
                                bytesText(plan.bytes)));
    else if (plan.lost.empty())
        writeOutput(fmt::format("{} {}, {}: {}\n", arguments.dryRun ? "Can save all" : "Saved all",
                                counted(plan.tensors, "tensor"), bytesText(plan.bytes),
                                plan.isDamaged ? "nothing is lost" : "the file is sound"));
    else
        writeOutput(fmt::format("{} {} of {}, {} of {}\n", arguments.dryRun ? "Can save" : "Saved",
                                groupedDigits(plan.tensors), counted(plan.allTensors(), "tensor"),
                                bytesText(plan.bytes), bytesText(plan.allBytes())));
    if (plan.tensors > 0)
        writeOutput(fmt::format("  {} checked by a checksum, and {}\n", groupedDigits(plan.checked),
                                counted(plan.otherValues, "other value")));
    for (const std::string &note : plan.notes)
        writeOutput(fmt::format("note: {}\n", oneLine(note)));
    if (!plan.lost.empty())
        writeOutput("lost:\n");
    for (const LostPart &part : plan.lost)
        writeOutput(fmt::format("  {} ({}): {}\n", oneLine(part.path),
                                part.bytes.value > 0 ? bytesText(part.bytes) : "size unknown", oneLine(part.reason)));
    if (!arguments.dryRun)
        writeOutput(fmt::format("written to {}\n", oneLine(arguments.output)));
}

ExitStatus runSalvage(const SalvageArguments &arguments)
{
    const StopOnSignal stop;
    const Result<SalvagePlan> plan = planSalvage(arguments.file, stop.token());
    if (!plan)
        return reportUnreadable(arguments.file, plan.error());
    if (!arguments.dryRun)
        if (const Result<void> written = writeSalvaged(*plan, arguments.output, stop.token()); !written) {
            Error error = written.error();
            error.file.clear();
            reportUnreadable(arguments.output, error);
            return error.code == ErrorCode::BadArgument ? ExitStatus::WrongArguments : ExitStatus::Unreadable;
        }
    arguments.json ? writeJson(arguments, *plan) : writeText(arguments, *plan);
    return ExitStatus::Done;
}

}  // namespace

void addSalvageCommand(CLI::App &app, ExitStatus &status)
{
    const auto arguments = std::make_shared<SalvageArguments>();
    CLI::App *salvage =
        app.add_subcommand("salvage", "Writes what can be saved of a damaged checkpoint, and says what is lost");
    salvage->add_option("IN", arguments->file, "Damaged checkpoint, or folder where a format is one")->required();
    CLI::Option *output = salvage->add_option("-o,--output", arguments->output, "File to write, as torch.save would");
    salvage->add_flag("--json", arguments->json, "Write one JSON document");
    CLI::Option *dryRun = salvage->add_flag("--dry-run", arguments->dryRun, "Only say what can be saved");
    salvage->callback([arguments, output, dryRun, &status] {
        if (output->count() == 0 && dryRun->count() == 0)
            throw CLI::RequiredError("-o OUT (or --dry-run)");
        status = runSalvage(*arguments);
    });
}

}  // namespace waypoint

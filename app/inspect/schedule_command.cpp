// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/schedule_command.h"

#include "app/inspect/json_output.h"
#include "app/inspect/schedule_text.h"
#include "core/checkpoint/reader.h"
#include "core/schedule/schedule_report.h"

#include <memory>
#include <string>

namespace waypoint {

namespace {

/// Beyond a million rates a curve says nothing more, and a document takes gigabytes.
constexpr std::int64_t kMostEpochs = 1'000'000;

struct ScheduleArguments
{
    std::string file;
    std::int64_t epochs = 0;  ///< 0: chosen by the schedule
    bool json = false;
};

void writeRates(const ScheduleReport &report, JsonWriter &json)
{
    json.key("lrs");
    json.beginArray();
    for (const auto &rates : report.rates) {
        if (!rates) {
            json.null();
            continue;
        }
        json.beginArray();
        for (const double rate : *rates)
            json.number(rate);
        json.endArray();
    }
    json.endArray();
}

void writeMismatches(const ScheduleReport &report, JsonWriter &json)
{
    json.key("mismatch");
    json.beginArray();
    for (const RateMismatch &mismatch : report.mismatches) {
        json.beginObject();
        json.key("group");
        json.count(mismatch.group);
        json.key("lr");
        json.number(mismatch.lr);
        json.key("expected");
        json.number(mismatch.expected);
        json.endObject();
    }
    json.endArray();
}

void writeMarks(const ScheduleReport &report, JsonWriter &json)
{
    json.key("marks");
    json.beginArray();
    for (const ScheduleMark &mark : report.marks) {
        json.beginObject();
        json.key("step");
        json.number(mark.step);
        json.key("kind");
        json.text(markKindName(mark.kind));
        json.key("text");
        json.text(mark.text);
        json.endObject();
    }
    json.endArray();
}

void writeGroups(const ScheduleReport &report, JsonWriter &json)
{
    json.key("groups");
    json.beginArray();
    for (const ReportedGroup &group : report.groups) {
        json.beginObject();
        if (!group.name.empty()) {
            json.key("name");
            json.text(group.name);
        }
        json.key("lr");
        group.lr ? json.number(*group.lr) : json.null();
        json.endObject();
    }
    json.endArray();
}

void writeReport(const Checkpoint &checkpoint, const ScheduleReport &report, JsonWriter &json)
{
    json.beginObject();
    json.key("path");
    json.texts(checkpoint.entries.path(report.entry));
    json.key("class");
    json.text(report.className);
    json.key("last_epoch");
    report.lastEpoch ? json.integer(*report.lastEpoch) : json.null();
    if (report.optimizer != kNoEntry) {
        json.key("optimizer");
        json.texts(checkpoint.entries.path(report.optimizer));
    }
    json.key("stepped");
    json.text(report.perBatch ? "per batch" : "per epoch");
    writeGroups(report, json);
    if (!report.note.empty()) {
        json.key("note");
        json.text(report.note);
    }
    writeRates(report, json);
    writeMarks(report, json);
    writeMismatches(report, json);
    json.endObject();
}

void writeJson(const Checkpoint &checkpoint, const std::vector<ScheduleReport> &reports)
{
    JsonWriter json(writeOutput);
    json.beginObject();
    json.key("schedulers");
    json.beginArray();
    for (const ScheduleReport &report : reports)
        writeReport(checkpoint, report, json);
    json.endArray();
    json.endObject();
    json.finish();
}

ExitStatus runSchedule(const ScheduleArguments &arguments)
{
    const Opened opened = openCheckpoint(arguments.file);
    if (!opened.checkpoint)
        return reportUnreadable(arguments.file, opened.error.value_or(Error{}));
    const auto epochs = arguments.epochs > 0 ? std::optional(arguments.epochs) : std::nullopt;
    const auto reports = scheduleReports(*opened.checkpoint, epochs);
    if (arguments.json)
        writeJson(*opened.checkpoint, reports);
    else
        writeSchedulesText(*opened.checkpoint, arguments.file, reports, writeOutput);
    return ExitStatus::Done;
}

}  // namespace

void addScheduleCommand(CLI::App &app, ExitStatus &status)
{
    const auto arguments = std::make_shared<ScheduleArguments>();
    CLI::App *schedule =
        app.add_subcommand("schedule", "Shows the learning rates of a checkpoint's schedulers, past and future");
    schedule->add_option("FILE", arguments->file, "Checkpoint, or folder where a format is one")->required();
    schedule->add_option("--epochs", arguments->epochs, "How many rates: after 0 to N-1 steps of the scheduler")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{1}, kMostEpochs));
    schedule->add_flag("--json", arguments->json, "Write one JSON document");
    schedule->callback([arguments, &status] { status = runSchedule(*arguments); });
}

}  // namespace waypoint

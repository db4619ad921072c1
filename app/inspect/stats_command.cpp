// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/stats_command.h"

#include "app/inspect/json_output.h"
#include "app/inspect/stats_text.h"
#include "app/inspect/text_layout.h"
#include "core/checkpoint/reader.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace waypoint {

namespace {

struct StatsArguments
{
    std::string file;
    std::string match;
    bool json = false;
    bool histogram = false;
    bool timing = false;
};

using Seconds = std::chrono::duration<double>;

constexpr std::array kNumberKeys = {"count", "min", "max", "mean", "std", "l2", "zeros", "nan", "inf"};

void writeNumbers(const TensorStats &stats, JsonWriter &json)
{
    const auto number = [&](std::string_view key, double value) {
        json.key(key);
        json.number(value);
    };
    const auto count = [&](std::string_view key, std::int64_t value) {
        json.key(key);
        json.integer(value);
    };
    count("count", stats.count);
    number("min", stats.min);
    number("max", stats.max);
    number("mean", stats.mean);
    number("std", stats.std);
    number("l2", stats.l2);
    count("zeros", stats.zeros);
    count("nan", stats.nan);
    count("inf", stats.inf);
}

void writeHistogram(std::string_view key, const Histogram &histogram, JsonWriter &json)
{
    json.key(key);
    json.beginObject();
    json.key("edges");
    json.beginArray();
    for (const double edge : histogram.edges)
        json.number(edge);
    json.endArray();
    json.key("counts");
    json.integers(histogram.counts);
    json.endObject();
}

void writeRow(const Checkpoint &checkpoint, const StatsRow &row, bool histograms, JsonWriter &json)
{
    json.beginObject();
    json.key("path");
    json.texts(checkpoint.entries.path(row.entry));
    if (row.stats) {
        writeNumbers(*row.stats, json);
    } else {
        for (const char *key : kNumberKeys) {
            json.key(key);
            json.null();
        }
        json.key("note");
        json.text(noteOf(row));
    }
    if (histograms) {
        writeHistogram("histogram", row.histogram, json);
        writeHistogram("histogram_symlog", row.symmetricLog, json);
    }
    json.endObject();
}

void writeJson(const Checkpoint &checkpoint, const std::vector<StatsRow> &rows, const StatsArguments &arguments,
               std::optional<Seconds> took)
{
    JsonWriter json(writeOutput);
    json.beginObject();
    json.key("tensors");
    json.beginArray();
    for (const StatsRow &row : rows)
        writeRow(checkpoint, row, arguments.histogram, json);
    json.endArray();
    if (took) {
        json.key("read_seconds");
        json.number(took->count());
    }
    json.endObject();
    json.finish();
}

ExitStatus runStats(const StatsArguments &arguments)
{
    const Opened opened = openCheckpoint(arguments.file);
    if (!opened.checkpoint)
        return reportUnreadable(arguments.file, opened.error.value_or(Error{}));
    const auto start = std::chrono::steady_clock::now();
    const auto rows = statsOfCheckpoint(*opened.checkpoint, arguments.match, arguments.histogram);
    const Seconds took = std::chrono::steady_clock::now() - start;
    const auto shown = arguments.timing ? std::optional(took) : std::nullopt;
    if (arguments.json) {
        writeJson(*opened.checkpoint, rows, arguments, shown);
        return ExitStatus::Done;
    }
    writeStatsText(*opened.checkpoint, arguments.file, rows, terminalWidth(), writeOutput);
    if (shown)
        writeOutput(fmt::format("\nread in {:.1f} ms\n", shown->count() * 1000));
    return ExitStatus::Done;
}

}  // namespace

void addStatsCommand(CLI::App &app, ExitStatus &status)
{
    const auto arguments = std::make_shared<StatsArguments>();
    CLI::App *stats = app.add_subcommand("stats", "Sums up the numbers of every tensor: smallest, largest, mean, "
                                                  "standard deviation, zeros, NaN");
    stats->add_option("FILE", arguments->file, "Checkpoint, or folder where a format is one")->required();
    stats->add_option("--match", arguments->match, "Only tensors whose path or last name matches, as in '*.weight'")
        ->type_name("GLOB");
    stats->add_flag("--json", arguments->json, "Write one JSON document");
    stats->add_flag("--histogram", arguments->histogram,
                    "Count the numbers in 100 bins, linear and symmetric logarithmic (with --json)");
    stats->add_flag("--timing", arguments->timing, "Tell how long reading the numbers took");
    stats->callback([arguments, &status] { status = runStats(*arguments); });
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/epochs_text.h"

#include "app/inspect/text_layout.h"
#include "core/base/describe_error.h"
#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace waypoint {

namespace {

using Write = std::function<void(std::string_view)>;
using Row = std::vector<std::string>;

constexpr std::size_t kMostNameColumns = 48;
constexpr std::size_t kShapeColumns = 24;
constexpr std::size_t kMostFileRows = 24;
constexpr std::size_t kMostScalars = 5;
constexpr std::size_t kMostNamed = 6;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string numberText(double value) { return fmt::format("{:.4g}", value); }

std::string relativeText(std::optional<double> value)
{
    return value ? value == 0.0 ? "0" : fmt::format("{:.2e}", *value) : "-";
}

/// A tensor's name in a table: of a long one the end, which tells it from its neighbours.
std::string nameText(const std::string &name)
{
    const std::string shown = printable(name, 1000);
    if (displayWidth(shown) <= kMostNameColumns)
        return shown;
    std::size_t start = 0;
    for (std::size_t left = displayWidth(shown); left > kMostNameColumns - 1; left = displayWidth(shown.substr(start)))
        start += nextCodePoint(shown, start).length;
    return "…" + shown.substr(start);
}

std::string countText(std::size_t count, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", groupedDigits(count), count == 1 ? one : many);
}

/// Columns as wide as their widest cell; the first and the last one stand left, the others right.
void writeTable(const std::vector<Row> &rows, const Write &write)
{
    std::vector<std::size_t> widths(rows.front().size());
    for (const Row &row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], displayWidth(row[i]));
    widths[0] = std::min(widths[0], kMostNameColumns);
    for (const Row &row : rows) {
        std::string line = fitted(row[0], widths[0], true);
        for (std::size_t i = 1; i < row.size(); ++i) {
            const bool isLast = i + 1 == row.size();
            line += "  " + (isLast ? std::string() : std::string(widths[i] - displayWidth(row[i]), ' ')) + row[i];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        write(line + '\n');
    }
}

/// The numbers that are shown beside the files: the loss, what tells the best, rates, then others.
std::vector<const EpochScalar *> shownScalars(const EpochsReport &report)
{
    std::vector<const EpochScalar *> shown;
    const auto rank = [&](const EpochScalar &scalar) {
        if (report.best && scalar.name == report.best->metric)
            return 0;
        return scalar.name == "loss" ? 1 : scalar.name == "lr" ? 2 : 3;
    };
    for (const EpochScalar &scalar : report.scalars)
        shown.push_back(&scalar);
    std::stable_sort(shown.begin(), shown.end(),
                     [&](const EpochScalar *a, const EpochScalar *b) { return rank(*a) < rank(*b); });
    shown.resize(std::min(shown.size(), kMostScalars));
    return shown;
}

/// Files that have a row: all, or some evenly spread and the best one.
std::set<std::size_t> shownFiles(const EpochsReport &report)
{
    std::set<std::size_t> shown;
    const std::size_t count = report.files.entries.size();
    const std::size_t rows = std::min(count, kMostFileRows);
    for (std::size_t i = 0; i < rows; ++i)
        shown.insert(rows == 1 ? 0 : i * (count - 1) / (rows - 1));
    if (report.best)
        shown.insert(report.best->entry);
    return shown;
}

void writeFiles(const EpochsReport &report, const Write &write)
{
    const auto scalars = shownScalars(report);
    const bool steps = std::any_of(report.files.entries.begin(), report.files.entries.end(),
                                   [](const EpochEntry &entry) { return entry.facts.step.has_value(); });
    Row head{"file"};
    if (steps)
        head.emplace_back("step");
    for (const EpochScalar *scalar : scalars)
        head.push_back(printable(scalar->name, 30));
    head.insert(head.end(), {"norm", "change", ""});
    std::vector<Row> rows{head};
    const auto shown = shownFiles(report);
    for (const std::size_t file : shown) {
        const EpochEntry &entry = report.files.entries[file];
        Row row{entry.file.label};
        if (steps)
            row.push_back(entry.facts.step ? std::to_string(*entry.facts.step) : "-");
        for (const EpochScalar *scalar : scalars)
            row.push_back(std::isnan(scalar->values[file]) ? "-" : numberText(scalar->values[file]));
        row.push_back(numberText(report.model[file].l2));
        row.push_back(relativeText(report.model[file].relativePrevious));
        row.push_back(report.best && report.best->entry == file ? "best by " + printable(report.best->metric) : "");
        rows.push_back(std::move(row));
    }
    write("\n");
    writeTable(rows, write);
    if (shown.size() < report.files.entries.size())
        write(fmt::format("({} more; --json has all)\n", groupedDigits(report.files.entries.size() - shown.size())));
}

/// First and last moment, and the updates between.
Row rowOf(const EpochsReport &report, const FollowedTensor &tensor)
{
    const EpochTensor &row = report.series->tensors[tensor.row];
    const SeriesPoint *first = nullptr;
    const SeriesPoint *last = nullptr;
    std::vector<double> updates;
    double highest = 0;
    for (const auto &point : tensor.points) {
        if (point) {
            first = first ? first : &*point;
            last = &*point;
        }
        const double update = point && point->fromPrevious ? point->fromPrevious->relative() : kNan;
        updates.push_back(update);
        highest = std::isfinite(update) ? std::max(highest, update) : highest;
    }
    if (!last)
        return {nameText(row.name), "-", "-", "-", "-", "-", "no numbers"};
    updates.erase(updates.begin());  // nothing comes before the first
    const auto relative = [](const std::optional<TensorDifference> &difference) {
        return relativeText(difference ? std::optional(difference->relative()) : std::nullopt);
    };
    const std::string word = tensor.fate == TensorFate::Learning ? "" : std::string(fateName(tensor.fate));
    const std::string shape = highest > 0 ? shapeText(updates, 0, highest, kShapeColumns) : "";
    return {nameText(row.name),
            groupedDigits(static_cast<std::uint64_t>(last->stats.count)),
            numberText(first->stats.l2),
            numberText(last->stats.l2),
            relative(last->fromFirst),
            relative(last->fromPrevious),
            shape + (shape.empty() || word.empty() ? "" : "  ") + word};
}

void writeTensors(const EpochsReport &report, const Write &write)
{
    const bool anyParameter = std::any_of(report.series->tensors.begin(), report.series->tensors.end(),
                                          [](const EpochTensor &tensor) { return tensor.isParameter; });
    std::vector<Row> rows{{anyParameter ? "parameter" : "buffer", "numbers", "first norm", "last norm", "since first",
                           "last change", "changes, file after file"}};
    std::size_t buffers = 0;
    for (const FollowedTensor &tensor : report.tensors) {
        if (anyParameter && !report.series->tensors[tensor.row].isParameter)
            ++buffers;
        else
            rows.push_back(rowOf(report, tensor));
    }
    write("\n");
    writeTable(rows, write);
    if (buffers > 0)
        write(fmt::format("({}; --json has them)\n", countText(buffers, "buffer besides", "buffers besides")));
}

/// Names of the parameters with that fate, in a sentence.
void writeFate(const EpochsReport &report, TensorFate fate, std::string_view says, const Write &write)
{
    std::vector<std::string> names;
    for (const FollowedTensor &tensor : report.tensors)
        if (const EpochTensor &row = report.series->tensors[tensor.row];
            tensor.fate == fate && (row.isParameter || fate == TensorFate::Broken))
            names.push_back(printable(row.name));
    if (names.empty())
        return;
    const std::size_t shown = names.size() > kMostNamed + 1 ? kMostNamed : names.size();
    std::string text;
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    if (shown < names.size())
        text += fmt::format(" and {} more", groupedDigits(names.size() - shown));
    write(fmt::format("{}: {}.\n", says, text));
}

void writeFates(const EpochsReport &report, const Write &write)
{
    write("\n");
    writeFate(report, TensorFate::Frozen, "Frozen, the same in all files", write);
    writeFate(report, TensorFate::Stalled, "Stalled, unchanged in the last third of the files", write);
    writeFate(report, TensorFate::Dead, "Dead, nothing but zeros", write);
    writeFate(report, TensorFate::Broken, "Broken, with NaN or infinite numbers", write);
    if (report.best) {
        const EpochEntry &best = report.files.entries[report.best->entry];
        write(fmt::format("Best by {}: {} with {} ({}).\n", printable(report.best->metric), best.file.label,
                          numberText(report.best->value), printable(best.file.checkpoint->path.filename().string())));
    }
}

/// Tensors that have no numbers in some file, with the reason for the first.
void writeErrors(const EpochsReport &report, const Write &write)
{
    const FollowedTensor *first = nullptr;
    std::size_t count = 0;
    for (const FollowedTensor &tensor : report.tensors)
        if (tensor.error) {
            first = first ? first : &tensor;
            ++count;
        }
    if (!first)
        return;
    const std::string others =
        count > 1 ? fmt::format(" and {}", countText(count - 1, "other", "others")) : std::string();
    write(fmt::format("Warning: the numbers of {}{} cannot be read in all files: {}\n",
                      printable(report.series->tensors[first->row].name), others, printable(noteOf(*first), 1000)));
}

}  // namespace

void writeEpochsText(const EpochsReport &report, const Write &write)
{
    const auto &entries = report.files.entries;
    const auto parameters =
        static_cast<std::size_t>(std::count_if(report.series->tensors.begin(), report.series->tensors.end(),
                                               [](const EpochTensor &tensor) { return tensor.isParameter; }));
    write(fmt::format("{}, {} to {}: {} and {}\n", countText(entries.size(), "checkpoint", "checkpoints"),
                      entries.front().file.label, entries.back().file.label,
                      countText(parameters, "parameter tensor", "parameter tensors"),
                      countText(report.tensors.size() - parameters, "buffer", "buffers")));
    writeFiles(report, write);
    writeTensors(report, write);
    writeFates(report, write);
    for (const std::string &note : report.notes)
        write("Note: " + printable(note, 1000) + '\n');
    writeErrors(report, write);
    for (const auto &[path, error] : report.files.unreadable)
        write(fmt::format("Warning: {} is left out: {}\n", printable(path.filename().string()),
                          printable(describe(error), 1000)));
}

}  // namespace waypoint

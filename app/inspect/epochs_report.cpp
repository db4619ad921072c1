// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/epochs_report.h"

#include "core/base/describe_error.h"
#include "core/base/glob.h"
#include "core/base/printable.h"
#include "core/pickle/python_literal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace waypoint {

namespace {

/// The series with the tensors that match.
Result<EpochSeriesPtr> matching(const EpochSeriesPtr &series, const std::string &glob)
{
    if (glob.empty())
        return series;
    auto chosen = std::make_shared<EpochSeries>(*series);
    std::erase_if(chosen->tensors, [&](const EpochTensor &tensor) {
        const std::size_t dot = tensor.name.rfind('.');
        const std::string_view last = std::string_view(tensor.name).substr(dot == std::string::npos ? 0 : dot + 1);
        return !globMatches(glob, tensor.name) && !globMatches(glob, last);
    });
    if (chosen->tensors.empty())
        return Error{ErrorCode::BadArgument,
                     fmt::format("no tensor matches '{}'", printable(glob)),
                     {},
                     "Names look like '" + printable(series->tensors.empty() ? "" : series->tensors.front().name)
                         + "'.",
                     {}};
    return EpochSeriesPtr(std::move(chosen));
}

/// Marks those that look at memory that a tensor before them looks at, so that sums count it once.
void markTied(EpochsReport &report)
{
    std::set<std::pair<StorageIndex, std::int64_t>> seen;
    const EpochFile &file = report.series->files.back();
    for (FollowedTensor &tensor : report.tensors) {
        const EntryId entry = report.series->tensors[tensor.row].entries.back();
        const Value value = entry == kNoEntry ? Value() : file.checkpoint->entries.value(entry);
        if (value.is(ValueKind::Tensor) && value.tensor().ref.storage != kNoStorage
            && value.tensor().ref.elementCount().value_or(0) > 0)
            tensor.isTied = !seen.emplace(value.tensor().ref.storage, value.tensor().ref.offset).second;
    }
}

/// Squares of norms, summed over tensors.
struct Change
{
    double before = 0;
    double change = 0;
    bool any = false;

    void add(const std::optional<TensorDifference> &difference)
    {
        if (!difference)
            return;
        any = true;
        before += difference->normA * difference->normA;
        change += difference->l2 * difference->l2;
    }
    [[nodiscard]] std::optional<double> relative() const
    {
        if (!any)
            return std::nullopt;
        return change == 0 ? 0.0 : std::sqrt(change) / std::sqrt(before);
    }
};

std::string toldBy(const std::vector<EpochScalar> &scalars)
{
    std::string names;
    for (const EpochScalar &scalar : scalars)
        names += fmt::format("{}'{}'", names.empty() ? "" : ", ", printable(scalar.name));
    return names.empty() ? "They tell no numbers at all." : "They tell " + names + '.';
}

/// Why there are not more files than that.
Error withReason(Error error, const EpochFiles &files)
{
    for (const EpochEntry &entry : files.entries)
        if (!entry.alsoAs.empty())
            error.detail += fmt::format("; {} more are of the same moment, {}", groupedDigits(entry.alsoAs.size()),
                                        entry.file.label);
    for (const std::string &note : files.notes)
        error.detail += "; " + note.substr(0, note.size() - 1);
    if (!files.unreadable.empty())
        error.detail += fmt::format("; {} cannot be read", groupedDigits(files.unreadable.size()));
    return error;
}

ModelPoint modelAt(const EpochsReport &report, std::size_t file)
{
    double squares = 0;
    Change previous;
    Change first;
    for (const FollowedTensor &tensor : report.tensors) {
        if (tensor.isTied || !report.series->tensors[tensor.row].isParameter || !tensor.points[file])
            continue;
        const SeriesPoint &point = *tensor.points[file];
        squares += point.stats.l2 * point.stats.l2;
        previous.add(point.fromPrevious);
        first.add(point.fromFirst);
    }
    return {std::sqrt(squares), previous.relative(), first.relative()};
}

Result<void> follow(EpochsReport &report)
{
    report.tensors.resize(report.series->tensors.size());
    for (std::size_t row = 0; row < report.tensors.size(); ++row) {
        report.tensors[row].row = row;
        report.tensors[row].points.resize(report.series->files.size());
    }
    const auto take = [&](std::size_t row, TensorSeries points, const std::optional<Error> &error) {
        FollowedTensor &tensor = report.tensors[row];
        tensor.points = std::move(points);
        tensor.points.resize(report.series->files.size());
        tensor.error = error;
        tensor.fate = fateOf(report.series->tensors[row], tensor.points);
    };
    return followTensors(*report.series, {}, take);
}

}  // namespace

Result<EpochsReport> followEpochs(const EpochsQuestion &question)
{
    Result<EpochFiles> files = epochFilesIn(question.paths, question.choice, {});
    if (!files)
        return files.error();
    for (const auto &[path, error] : files->unreadable)
        if (std::find(question.paths.begin(), question.paths.end(), path) != question.paths.end())
            return error;
    EpochsReport report;
    report.files = *std::move(files);
    const Result<EpochSeriesPtr> all = lineUpEpochs(report.files.files());
    if (!all)
        return withReason(all.error(), report.files);
    const Result<EpochSeriesPtr> chosen = matching(*all, question.match);
    if (!chosen)
        return chosen.error();
    report.series = *chosen;
    report.scalars = epochScalars(report.files.entries);
    const bool isKnown = std::any_of(report.scalars.begin(), report.scalars.end(),
                                     [&](const EpochScalar &scalar) { return scalar.name == question.metric; });
    if (!question.metric.empty() && !isKnown)
        return Error{ErrorCode::BadArgument,
                     fmt::format("no file tells a '{}'", printable(question.metric)),
                     {},
                     toldBy(report.scalars),
                     {}};
    if (Result<void> followed = follow(report); !followed)
        return followed.error();
    markTied(report);
    for (std::size_t file = 0; file < report.series->files.size(); ++file)
        report.model.push_back(modelAt(report, file));
    report.best = bestEpoch(report.files.entries, question.metric);
    report.notes = report.files.notes;
    report.notes.insert(report.notes.end(), report.series->notes.begin(), report.series->notes.end());
    return report;
}

std::string noteOf(const FollowedTensor &tensor)
{
    if (!tensor.error)
        return {};
    // What is only not readable is told by its reason alone: nothing need be wrong with the file.
    const Error &error = *tensor.error;
    return oneLine(error.code == ErrorCode::Unsupported ? error.file + ": " + error.detail : describe(error));
}

std::optional<double> stepsBefore(const EpochsReport &report, const FollowedTensor &tensor, std::size_t file)
{
    std::size_t before = file;
    while (before > 0 && !tensor.points[before - 1])
        --before;
    if (before == 0)
        return std::nullopt;
    const auto &step = report.files.entries[file].facts.step;
    const auto &stepBefore = report.files.entries[before - 1].facts.step;
    return step && stepBefore && *step > *stepBefore ? std::optional(static_cast<double>(*step - *stepBefore))
                                                     : std::nullopt;
}

}  // namespace waypoint

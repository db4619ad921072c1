// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/epoch_series.h"

#include "core/base/checked.h"
#include "core/base/printable.h"
#include "core/checkpoint/compare/epoch_rows.h"
#include "core/checkpoint/compare/model_tensors.h"
#include "core/checkpoint/numeric_tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace waypoint {

namespace {

bool isModelRole(Role role) { return role == Role::Model || role == Role::Module || role == Role::Ema; }

/// "'model' and 'ema'", for the message where something else was asked for.
std::string modelsOf(const Checkpoint &checkpoint)
{
    std::string names;
    for (const Section &section : checkpoint.sections)
        if (isModelRole(section.role) && section.entry != kRootEntry)
            names +=
                fmt::format("{}'{}'", names.empty() ? "" : ", ", printable(checkpoint.entries.pathText(section.entry)));
    return names;
}

/// Whether a file is a dict of tensors, if not like any model: there is nothing else to follow then.
bool holdsWeights(const Checkpoint &checkpoint)
{
    const Value root = checkpoint.entries.value(kRootEntry);
    for (std::size_t i = 0; root.is(ValueKind::Dict) && i < root.count(); ++i)
        if (const Value item = root.at(i);
            item.is(ValueKind::Tensor)
            && (isFloatingPoint(item.tensor().ref.dtype) || isComplex(item.tensor().ref.dtype)))
            return true;
    return false;
}

Result<EntryId> modelAt(const Checkpoint &checkpoint, const std::string &path)
{
    const EntryId entry = checkpoint.entries.find(path);
    if (entry != kNoEntry && !modelTensors(checkpoint, entry).empty())
        return entry;
    const std::string models = modelsOf(checkpoint);
    const std::string shown = printable(path);
    const std::string problem = entry == kNoEntry ? fmt::format("there is no part '{}' in it", shown)
                                                  : fmt::format("there is no tensor in '{}'", shown);
    return Error{ErrorCode::BadArgument,
                 problem,
                 {},
                 models.empty() ? "Leave the part out to follow the whole file." : "It has " + models + ".",
                 checkpoint.path.string()};
}

/// Rows whose tensor is one and the same in every file (tied weights) are read once.
std::vector<std::vector<std::size_t>> rowsByTensor(const EpochSeries &series)
{
    std::vector<std::vector<std::size_t>> groups;
    std::unordered_map<std::string, std::size_t> known;
    std::string key;
    for (std::size_t row = 0; row < series.tensors.size(); ++row) {
        key.clear();
        for (std::size_t file = 0; file < series.files.size(); ++file) {
            const EntryId entry = series.tensors[row].entries[file];
            const EntryTree &entries = series.files[file].checkpoint->entries;
            const std::uint32_t value = entry == kNoEntry ? ValueId().index : entries[entry].value.index;
            key.append(reinterpret_cast<const char *>(&value), sizeof value);
        }
        const auto [group, isNew] = known.try_emplace(key, groups.size());
        if (isNew)
            groups.emplace_back();
        groups[group->second].push_back(row);
    }
    return groups;
}

std::uint64_t bytesOf(const EpochSeries &series, const std::vector<std::vector<std::size_t>> &groups)
{
    std::uint64_t sum = 0;
    for (const auto &rows : groups)
        for (std::size_t file = 0; file < series.files.size(); ++file) {
            const EntryId entry = series.tensors[rows.front()].entries[file];
            const Value value = entry == kNoEntry ? Value() : series.files[file].checkpoint->entries.value(entry);
            if (value.is(ValueKind::Tensor))
                sum = checkedAdd(sum, value.tensor().ref.byteCount().value).value_or(sum);
        }
    return sum;
}

bool isBias(std::string_view name) { return name == "bias" || name.ends_with(".bias"); }

bool isAllZeros(const TensorStats &stats) { return stats.count > 0 && stats.zeros == stats.count; }

/// The moments that are there, in order.
std::vector<const SeriesPoint *> pointsOf(const TensorSeries &series)
{
    std::vector<const SeriesPoint *> points;
    for (const auto &point : series)
        if (point)
            points.push_back(&*point);
    return points;
}

bool isStill(const SeriesPoint *point) { return point->fromPrevious && point->fromPrevious->isSame(); }

}  // namespace

Result<EntryId> modelToFollow(const Checkpoint &checkpoint, const std::string &path)
{
    if (!path.empty())
        return modelAt(checkpoint, path);
    const auto first = [&](auto fits) {
        const auto found = std::find_if(checkpoint.sections.begin(), checkpoint.sections.end(),
                                        [&](const Section &section) { return fits(section.role); });
        return found == checkpoint.sections.end() ? kNoEntry : found->entry;
    };
    EntryId model = first([](Role role) { return role == Role::Model || role == Role::Module; });
    if (model == kNoEntry)
        model = first(isModelRole);
    if (model == kNoEntry && holdsWeights(checkpoint))
        model = kRootEntry;
    if (model == kNoEntry)
        return Error{ErrorCode::BadArgument,
                     "no model is recognised in it",
                     {},
                     "Name the part that holds the weights.",
                     checkpoint.path.string()};
    return model;
}

Result<EpochSeriesPtr> lineUpEpochs(std::vector<EpochFile> files)
{
    if (files.size() < 2)
        return Error{ErrorCode::BadArgument,
                     files.empty() ? "there is no checkpoint to follow"
                                   : "there is only one checkpoint, and following takes two at least",
                     {},
                     "Add another checkpoint of the run, or the folder that holds them.",
                     {}};
    EpochRows rows(files);
    for (std::size_t file = 0; file < files.size(); ++file)
        rows.add(file);
    auto series = std::make_shared<EpochSeries>();
    series->notes = rows.notes();
    series->tensors = rows.take();
    series->files = std::move(files);
    return EpochSeriesPtr(std::move(series));
}

Result<void> followTensors(const EpochSeries &series, const std::stop_token &stop, const EpochSink &sink,
                           unsigned threads, Progress *progress)
{
    const auto groups = rowsByTensor(series);
    if (progress)
        progress->total = bytesOf(series, groups);
    std::vector<std::optional<Error>> problems(groups.size());  // of tensors without numbers
    const auto tensorsAt = [&](std::size_t group) {
        std::vector<std::optional<NumericTensor>> moments(series.files.size());
        for (std::size_t file = 0; file < moments.size(); ++file) {
            const EntryId entry = series.tensors[groups[group].front()].entries[file];
            if (entry == kNoEntry)
                continue;
            const Checkpoint &checkpoint = *series.files[file].checkpoint;
            if (Result<NumericTensor> tensor = numericTensor(checkpoint, entry)) {
                moments[file] = *std::move(tensor);
            } else if (!problems[group]) {
                problems[group] = tensor.error();
                problems[group]->file = checkpoint.path.string();
            }
        }
        return moments;
    };
    const auto take = [&](std::size_t group, const TensorSeries &moments, const std::optional<Error> &error) {
        for (const std::size_t row : groups[group])
            sink(row, moments, error ? error : problems[group]);
    };
    return seriesOfTensors(groups.size(), tensorsAt, stop, take, threads, progress);
}

TensorFate fateOf(const EpochTensor &tensor, const TensorSeries &series)
{
    const auto points = pointsOf(series);
    const auto isMoved = [](const SeriesPoint *point) { return point->fromPrevious && !point->fromPrevious->isSame(); };
    const auto isBroken = [](const SeriesPoint *point) { return point->stats.nan > 0 || point->stats.inf > 0; };
    const bool moved = std::any_of(points.begin(), points.end(), isMoved);
    // A mask of -inf is no accident.
    if ((moved || tensor.isParameter) && std::any_of(points.begin(), points.end(), isBroken))
        return TensorFate::Broken;
    const bool mayBeZero = !moved && (!tensor.isParameter || isBias(tensor.name));
    if (!points.empty() && isAllZeros(points.back()->stats) && !mayBeZero)
        return TensorFate::Dead;
    if (points.size() < 2 || points.back()->stats.count == 0)
        return TensorFate::Learning;
    if (!moved)
        return TensorFate::Frozen;
    constexpr std::size_t kFewestStill = 3;
    const std::size_t last = std::max(kFewestStill, (points.size() + 2) / 3);
    const bool isStalled =
        points.size() > last && std::all_of(points.end() - static_cast<std::ptrdiff_t>(last), points.end(), isStill);
    return isStalled ? TensorFate::Stalled : TensorFate::Learning;
}

std::string_view fateName(TensorFate fate)
{
    switch (fate) {
    case TensorFate::Learning:
        return "learning";
    case TensorFate::Frozen:
        return "frozen";
    case TensorFate::Stalled:
        return "stalled";
    case TensorFate::Dead:
        return "dead";
    case TensorFate::Broken:
        return "broken";
    }
    return "learning";
}

}  // namespace waypoint

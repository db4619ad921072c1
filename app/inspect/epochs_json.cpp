// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/epochs_json.h"

#include "core/base/describe_error.h"
#include "core/pickle/python_literal.h"

#include <array>
#include <cmath>

namespace waypoint {

namespace {

void writeNumber(std::string_view key, std::optional<double> value, JsonWriter &json)
{
    json.key(key);
    value ? json.number(*value) : json.null();
}

void writeInteger(std::string_view key, std::optional<std::int64_t> value, JsonWriter &json)
{
    json.key(key);
    value ? json.integer(*value) : json.null();
}

void writeText(std::string_view key, std::string_view value, JsonWriter &json)
{
    json.key(key);
    json.text(value);
}

void writePaths(std::string_view key, const std::vector<std::filesystem::path> &paths, JsonWriter &json)
{
    json.key(key);
    json.beginArray();
    for (const auto &path : paths)
        json.text(path.string());
    json.endArray();
}

void writeFile(const EpochEntry &entry, JsonWriter &json)
{
    json.beginObject();
    writeText("file", entry.file.checkpoint->path.string(), json);
    writeText("label", entry.file.label, json);
    writeNumber("position", entry.file.position, json);
    writeInteger("epoch", entry.facts.epoch, json);
    writeInteger("step", entry.facts.step, json);
    writeNumber("loss", entry.facts.loss, json);
    json.key("metrics");
    json.beginObject();
    for (const auto &[name, value] : entry.facts.metrics)
        writeNumber(name, value, json);
    json.endObject();
    json.key("lr");
    if (entry.rates.empty()) {
        json.null();
    } else {
        json.beginArray();
        for (const double rate : entry.rates)
            std::isnan(rate) ? json.null() : json.number(rate);
        json.endArray();
    }
    json.key("section");
    json.texts(entry.file.checkpoint->entries.path(entry.file.model));
    writePaths("also_as", entry.alsoAs, json);
    json.endObject();
}

void writePoint(const SeriesPoint &point, std::optional<double> steps, JsonWriter &json)
{
    const auto &previous = point.fromPrevious;
    const auto &first = point.fromFirst;
    const auto of = [](const std::optional<TensorDifference> &difference, auto member) {
        return difference ? std::optional<double>(((*difference).*member)()) : std::nullopt;
    };
    const auto ratio = of(previous, &TensorDifference::relative);
    json.beginObject();
    writeNumber("l2", point.stats.l2, json);
    writeNumber("mean", point.stats.mean, json);
    writeNumber("std", point.stats.std, json);
    writeNumber("min", point.stats.min, json);
    writeNumber("max", point.stats.max, json);
    writeInteger("zeros", point.stats.zeros, json);
    writeInteger("nan", point.stats.nan, json);
    writeInteger("inf", point.stats.inf, json);
    writeNumber("l2_previous", previous ? std::optional(previous->l2) : std::nullopt, json);
    writeNumber("l2_first", first ? std::optional(first->l2) : std::nullopt, json);
    writeNumber("relative_previous", ratio, json);
    writeNumber("relative_first", of(first, &TensorDifference::relative), json);
    writeNumber("cosine_previous", of(previous, &TensorDifference::cosine), json);
    writeNumber("cosine_first", of(first, &TensorDifference::cosine), json);
    writeNumber("max_abs_previous", previous ? std::optional(previous->maxAbs) : std::nullopt, json);
    writeNumber("changed_share_previous", of(previous, &TensorDifference::changedShare), json);
    writeNumber("update_ratio", ratio, json);
    writeNumber("update_ratio_per_step", ratio && steps ? std::optional(*ratio / *steps) : std::nullopt, json);
    json.endObject();
}

/// Where the last file that has it keeps it.
Value lastValue(const EpochsReport &report, const EpochTensor &tensor)
{
    for (std::size_t file = tensor.entries.size(); file-- > 0;)
        if (tensor.entries[file] != kNoEntry)
            return report.series->files[file].checkpoint->entries.value(tensor.entries[file]);
    return {};
}

void writeTensor(const EpochsReport &report, const FollowedTensor &tensor, JsonWriter &json)
{
    const EpochTensor &row = report.series->tensors[tensor.row];
    json.beginObject();
    writeText("name", row.name, json);
    json.key("parameter");
    json.boolean(row.isParameter);
    writeText("fate", fateName(tensor.fate), json);
    if (const Value value = lastValue(report, row); value.is(ValueKind::Tensor)) {
        writeText("dtype", dtypeName(value.tensor().ref.dtype), json);
        json.key("shape");
        json.integers({value.tensor().ref.shape.begin(), value.tensor().ref.shape.end()});
    }
    json.key("points");
    json.beginArray();
    for (std::size_t file = 0; file < tensor.points.size(); ++file) {
        if (tensor.points[file])
            writePoint(*tensor.points[file], stepsBefore(report, tensor, file), json);
        else
            json.null();
    }
    json.endArray();
    if (tensor.error)
        writeText("note", noteOf(tensor), json);
    json.endObject();
}

void writeModel(const EpochsReport &report, JsonWriter &json)
{
    json.key("model");
    json.beginArray();
    for (const ModelPoint &point : report.model) {
        json.beginObject();
        writeNumber("l2", point.l2, json);
        writeNumber("relative_previous", point.relativePrevious, json);
        writeNumber("relative_first", point.relativeFirst, json);
        json.endObject();
    }
    json.endArray();
}

void writeScalars(const EpochsReport &report, JsonWriter &json)
{
    json.key("scalars");
    json.beginArray();
    for (const EpochScalar &scalar : report.scalars) {
        json.beginObject();
        writeText("name", scalar.name, json);
        json.key("values");
        json.beginArray();
        for (const double value : scalar.values)
            std::isnan(value) ? json.null() : json.number(value);
        json.endArray();
        json.endObject();
    }
    json.endArray();
}

void writeBest(const EpochsReport &report, JsonWriter &json)
{
    json.key("best");
    if (!report.best) {
        json.null();
        return;
    }
    const EpochEntry &entry = report.files.entries[report.best->entry];
    json.beginObject();
    json.key("index");
    json.count(report.best->entry);
    writeText("file", entry.file.checkpoint->path.string(), json);
    writeText("label", entry.file.label, json);
    writeText("metric", report.best->metric, json);
    writeNumber("value", report.best->value, json);
    json.key("lower_is_better");
    json.boolean(report.best->lowerIsBetter);
    json.endObject();
}

void writeFates(const EpochsReport &report, JsonWriter &json)
{
    for (const TensorFate fate : {TensorFate::Frozen, TensorFate::Stalled, TensorFate::Dead, TensorFate::Broken}) {
        json.key(fateName(fate));
        json.beginArray();
        for (const FollowedTensor &tensor : report.tensors)
            if (tensor.fate == fate && report.series->tensors[tensor.row].isParameter)
                json.text(report.series->tensors[tensor.row].name);
        json.endArray();
    }
}

std::string_view axisText(CurveAxis axis) { return axis == CurveAxis::Time ? "order" : curveAxisName(axis); }

}  // namespace

void writeEpochsJson(const EpochsReport &report, JsonWriter &json)
{
    json.beginObject();
    writeText("axis", axisText(report.files.axis), json);
    json.key("files");
    json.beginArray();
    for (const EpochEntry &entry : report.files.entries)
        writeFile(entry, json);
    json.endArray();
    json.key("tensors");
    json.beginArray();
    for (const FollowedTensor &tensor : report.tensors)
        writeTensor(report, tensor, json);
    json.endArray();
    writeModel(report, json);
    writeScalars(report, json);
    writeBest(report, json);
    writeFates(report, json);
    json.key("unreadable");
    json.beginArray();
    for (const auto &[path, error] : report.files.unreadable) {
        json.beginObject();
        writeText("file", path.string(), json);
        writeText("error", oneLine(describe(error)), json);
        json.endObject();
    }
    json.endArray();
    json.key("notes");
    json.texts(report.notes);
    json.endObject();
}

}  // namespace waypoint

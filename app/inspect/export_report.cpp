// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/export_report.h"

#include "app/inspect/json_output.h"
#include "app/inspect/text_layout.h"
#include "core/base/printable.h"
#include "core/pickle/python_literal.h"
#include "core/pickle/value_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::size_t kNarrowestName = 12;
constexpr std::size_t kWidestName = 60;
constexpr std::size_t kNamedTensors = 5;

std::string plural(std::size_t count, std::string_view one)
{
    return fmt::format("{} {}{}", groupedDigits(count), one, count == 1 ? "" : "s");
}

void writeTensor(const ExportPlan &plan, const ExportTensor &tensor, JsonWriter &json)
{
    const TensorRef &ref = plan.values.tensor(tensor.value).ref;
    json.beginObject();
    json.key("name");
    json.text(tensor.name);
    if (tensor.source != kNoEntry) {
        json.key("source");
        json.texts(plan.checkpoint->entries.path(tensor.source));
    }
    json.key("dtype");
    json.text(dtypeName(ref.dtype));
    json.key("dtype_before");
    json.text(dtypeName(tensor.dtypeBefore));
    json.key("shape");
    json.integers(ref.shape.dims());
    json.key("bytes");
    json.count(tensor.bytes.value);
    json.key("tied");
    json.boolean(tensor.tied);
    json.endObject();
}

void writeLoss(const ConversionLoss &loss, JsonWriter &json)
{
    json.key("overflowed");
    json.integer(loss.overflowed);
    json.key("vanished");
    json.integer(loss.vanished);
    json.key("overflowing");
    json.texts(loss.tensors);
}

std::string tensorLines(const ExportPlan &plan, std::size_t width)
{
    constexpr std::size_t kOtherColumns = 46;
    std::size_t widest = kNarrowestName;
    for (const ExportTensor &tensor : plan.tensors)
        widest = std::max(widest, displayWidth(oneLine(tensor.name)));
    const std::size_t room = width == 0 ? kWidestName : width - std::min(width, kOtherColumns);
    widest = std::min(widest, std::max(room, kNarrowestName));
    std::string lines;
    for (const ExportTensor &tensor : plan.tensors) {
        const TensorRef &ref = plan.values.tensor(tensor.value).ref;
        const std::string before =
            ref.dtype == tensor.dtypeBefore ? std::string() : fmt::format(" (was {})", dtypeName(tensor.dtypeBefore));
        lines += fmt::format("{}  {:<9}  {:<18}  {:>9}{}{}\n", fitted(oneLine(tensor.name), widest, true),
                             dtypeName(ref.dtype), shapeText(ref.shape), bytesText(tensor.bytes),
                             tensor.tied ? "  tied" : "", before);
    }
    return lines;
}

}  // namespace

std::string lossText(const ConversionLoss &loss, DType dtype)
{
    std::string text;
    if (loss.overflowed > 0) {
        std::string names;
        for (std::size_t i = 0; i < std::min(loss.tensors.size(), kNamedTensors); ++i)
            names += (i == 0 ? "" : ", ") + oneLine(loss.tensors[i]);
        text = fmt::format("{} {} too large for {} and become{} infinite (in {}{})",
                           plural(static_cast<std::size_t>(loss.overflowed), "value"),
                           loss.overflowed == 1 ? "is" : "are", dtypeName(dtype), loss.overflowed == 1 ? "s" : "",
                           names, loss.tensors.size() > kNamedTensors ? ", ..." : "");
    }
    if (loss.vanished > 0)
        text += fmt::format("{}{} {} too small for {} and become{} 0", text.empty() ? "" : "; ",
                            plural(static_cast<std::size_t>(loss.vanished), "value"), loss.vanished == 1 ? "is" : "are",
                            dtypeName(dtype), loss.vanished == 1 ? "s" : "");
    return text;
}

void writeExportJson(const ExportReport &report, const std::function<void(std::string_view)> &write)
{
    const ExportPlan &plan = *report.plan;
    JsonWriter json(write);
    json.beginObject();
    json.key("file");
    json.text(plan.checkpoint->path.string());
    json.key("written");
    json.boolean(report.exported.has_value());
    json.key("files");
    json.beginArray();
    if (report.exported)
        for (const std::filesystem::path &file : report.exported->files)
            json.text(file.string());
    else
        json.text(report.target.string());
    json.endArray();
    json.key("format");
    json.text(exportFormatName(plan.options.format));
    json.key("bytes");
    json.count(report.exported ? report.exported->bytes.value : plan.bytes.value);
    json.key("source_bytes");
    json.count(plan.checkpoint->fileBytes.value);
    json.key("wasted_bytes");
    json.count(plan.wasted.value);
    if (report.loss)
        writeLoss(*report.loss, json);
    json.key("tensors");
    json.beginArray();
    for (const ExportTensor &tensor : plan.tensors)
        writeTensor(plan, tensor, json);
    json.endArray();
    json.key("other_values");
    json.count(plan.otherValues);
    json.key("notes");
    json.texts(plan.notes);
    json.endObject();
    json.finish();
}

void writeExportText(const ExportReport &report, std::size_t width, const std::function<void(std::string_view)> &write)
{
    const ExportPlan &plan = *report.plan;
    if (!report.exported)
        write(tensorLines(plan, width) + '\n');
    const std::string other =
        plan.otherValues > 0 ? fmt::format(", {}", plural(plan.otherValues, "other value")) : std::string();
    const ByteCount bytes = report.exported ? report.exported->bytes : plan.bytes;
    write(fmt::format("{} {}: {}{}, {} (the source has {})\n", report.exported ? "Wrote" : "Would write",
                      oneLine(report.exported ? report.exported->files.back().string() : report.target.string()),
                      plural(plan.tensors.size(), "tensor"), other, bytesText(bytes),
                      bytesText(plan.checkpoint->fileBytes)));
    if (report.exported && report.exported->files.size() > 1)
        write(fmt::format("in {}\n", plural(report.exported->files.size() - 1, "shard")));
    for (const std::string &note : plan.notes)
        write(oneLine(note) + ".\n");
}

}  // namespace waypoint

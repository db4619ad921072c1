// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/restore_report.h"

#include "core/base/describe_error.h"
#include "core/base/printable.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <string_view>

namespace waypoint {

namespace {

using Json = nlohmann::ordered_json;

/// JSON has no NaN.
Json numberJson(double value)
{
    if (std::isfinite(value))
        return value;
    return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

template<typename T>
Json orNull(const std::optional<T> &value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json modelJson(const RestoreReport &report)
{
    return {{"name", report.model},
            {"section", report.modelSection},
            {"parameters", report.parameters},
            {"restored", report.modelRestored},
            {"wanted", report.modelWanted},
            {"missing", report.missingKeys},
            {"unexpected", report.unexpectedKeys},
            {"mismatched", report.mismatchedKeys}};
}

Json epochJson(const RestoreReport &report)
{
    return {{"in_file", orNull(report.fileEpoch)},
            {"is", report.epochIs},
            {"certain", report.epochCertain},
            {"why", report.epochWhy},
            {"next", report.nextEpoch},
            {"batch", report.batch}};
}

void addLines(std::string &text, std::string_view title, const std::vector<std::string> &lines)
{
    for (const std::string &line : lines)
        text += fmt::format("  {:<10} {}\n", &line == lines.data() ? title : "", line);
}

std::string positionText(const RestoreReport &report)
{
    std::string text = fmt::format("epoch {} of {}", report.nextEpoch, report.config.epochs);
    if (report.batch > 0)
        text += fmt::format(", after {} of its batches", report.batch);
    text += fmt::format(", step {}", report.step);
    if (report.epochIs == "given")
        text += fmt::format(" ({})", report.epochWhy);
    else if (report.fileEpoch && !report.epochWhy.empty())
        text += fmt::format(" (`epoch` {} in the file is the {} one: {})", *report.fileEpoch,
                            report.epochIs == "next" ? "next" : "last finished", report.epochWhy);
    return text;
}

std::string ratesText(const std::vector<double> &rates)
{
    std::string text;
    for (const double rate : rates)
        text += fmt::format("{}{:.6g}", text.empty() ? "" : ", ", rate);
    return text;
}

/// The text of run.json in place of the null: its numbers stay as they were given ("1e-3"), which a parser would lose.
std::string withConfig(std::string document, const RunConfig &config)
{
    constexpr std::string_view kKey = "\n  \"config\": ";
    const std::string run = runJson(config, {});
    const auto begin = run.find(kKey) + kKey.size();
    const auto end = run.find("\n  }", begin) + 4;
    return document.replace(document.find(kKey) + kKey.size(), 4, run.substr(begin, end - begin));
}

}  // namespace

std::string reportJson(const RestoreReport &report, const std::optional<Error> &error)
{
    Json rates = Json::array();
    for (const double rate : report.lr)
        rates.push_back(numberJson(rate));
    Json json{{"action", report.action},
              {"checkpoint", report.checkpoint},
              {"out", report.out},
              {"model", modelJson(report)},
              {"optimizer",
               {{"class", report.optimizer},
                {"section", report.optimizerSection},
                {"restored", report.optimizerRestored},
                {"wanted", report.optimizerWanted}}},
              {"scheduler",
               {{"class", report.scheduler},
                {"section", report.schedulerSection},
                {"last_epoch", orNull(report.schedulerEpoch)},
                {"interval", report.schedulerInterval}}},
              {"epoch", epochJson(report)},
              {"step", report.step},
              {"lr", rates},
              {"rng", report.rng},
              {"device_rng", report.deviceRng},
              {"ema", report.ema},
              {"scaler", report.scaler},
              {"best", report.best},
              {"done", report.done},
              {"restored", report.restored},
              {"missing", report.missing},
              {"conflicts", report.conflicts},
              {"device", report.device},
              {"data", {{"train", report.trainSamples}, {"val", report.valSamples}, {"classes", report.classes}}},
              {"config", nullptr}};
    json["file_bytes"] = report.fileBytes;
    json["error"] = error ? Json(describe(*error)) : Json(nullptr);
    json["error_option"] = error && !report.optionAtFault.empty() ? Json(report.optionAtFault) : Json(nullptr);
    return withConfig(json.dump(2, ' ', false, Json::error_handler_t::replace), report.config) + '\n';
}

std::string reportText(const RestoreReport &report)
{
    const std::string where = report.out.empty() ? "" : " in " + report.out;
    std::string text = report.action == "start" ? fmt::format("New run{}\n", where)
                       : report.action == "continue"
                           ? fmt::format("Continue {}{}\n", report.checkpoint, where)
                           : fmt::format("New run from the weights of {}{}\n", report.checkpoint, where);
    addLines(
        text, "model",
        {fmt::format("{}, {} parameters", report.model, groupedDigits(static_cast<std::uint64_t>(report.parameters)))});
    if (!report.weightsText.empty())
        addLines(text, "weights", {report.weightsText});
    addLines(text, "data",
             {fmt::format("{}, {} samples{}", report.config.data, report.trainSamples,
                          report.valSamples > 0 ? fmt::format(", {} held out", report.valSamples) : "")});
    addLines(text, "optimizer", {fmt::format("{}, learning rate {}", report.optimizer, ratesText(report.lr))});
    addLines(text, "schedule",
             {report.scheduler.empty()
                  ? "none: the rate stays"
                  : fmt::format("{}, stepped each {}", report.scheduler, report.schedulerInterval)});
    addLines(text, "next", {positionText(report)});
    addLines(text, "device", {report.device});
    if (!report.done.empty())
        addLines(text, "done", {report.done});
    addLines(text, "restored", report.restored);
    addLines(text, "missing", report.missing);
    addLines(text, "conflicts", report.conflicts);
    return text;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/train/evaluate_command.h"

#include "app/train/exit_status.h"
#include "app/train/run_options.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>

namespace waypoint {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidestMatrix = 20;  ///< classes; beyond that it is for JSON

Json numberJson(double value)
{
    if (std::isfinite(value))
        return value;
    return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

std::string share(double value) { return std::isnan(value) ? "-" : fmt::format("{:.2f}%", value * 100); }

std::string classTable(const EvaluationReport &report)
{
    std::size_t width = 5;
    for (const ClassScore &score : report.classes)
        width = std::max(width, score.name.size());
    std::string text =
        fmt::format("\n{:<{}}  {:>8}  {:>9}  {:>8}  {:>8}\n", "class", width, "samples", "precision", "recall", "F1");
    for (const ClassScore &score : report.classes)
        text += fmt::format("{:<{}}  {:>8}  {:>9}  {:>8}  {:>8}\n", score.name, width, score.samples,
                            share(score.precision), share(score.recall), share(score.f1));
    return text;
}

std::string confusionTable(const EvaluationReport &report)
{
    if (report.classes.size() > kWidestMatrix)
        return fmt::format("\nThe confusion matrix has {} columns: see --json.\n", report.classes.size());
    std::size_t first = 0;
    std::size_t width = 6;
    for (const ClassScore &score : report.classes) {
        first = std::max(first, score.name.size());
        width = std::max(width, std::min<std::size_t>(score.name.size(), 12));
    }
    std::string text = fmt::format("\nconfusion: rows are the true classes, columns the predicted\n{:<{}}", "", first);
    for (const ClassScore &score : report.classes)
        text += fmt::format("  {:>{}}", score.name.substr(0, 12), width);
    text += '\n';
    for (std::size_t row = 0; row < report.classes.size(); ++row) {
        text += fmt::format("{:<{}}", report.classes[row].name, first);
        for (const std::int64_t count : report.confusion[row])
            text += fmt::format("  {:>{}}", count, width);
        text += '\n';
    }
    return text;
}

TrainStatus evaluate(const RunOptions &options, bool json)
{
    const auto request = options.request();
    if (!request)
        return reportError(request.error());
    const auto report = evaluateCheckpoint(*request);
    if (!report)
        return reportError(report.error());
    std::cout << (json ? evaluationJson(*report) : evaluationText(*report)) << std::flush;
    return std::cout ? TrainStatus::Done : TrainStatus::Unreadable;
}

}  // namespace

std::string evaluationText(const EvaluationReport &report)
{
    std::string text = fmt::format("{}\n{} on {} ({}, {} samples)\nloss ({}) {:.6g}", report.checkpoint, report.model,
                                   report.data, report.part, report.samples, report.lossName, report.loss);
    if (report.accuracy)
        text += fmt::format(", accuracy {:.2f}%", *report.accuracy * 100);
    text += '\n';
    if (report.classes.empty())
        return text;
    return text + classTable(report) + confusionTable(report);
}

std::string evaluationJson(const EvaluationReport &report)
{
    Json classes = Json::array();
    for (const ClassScore &score : report.classes)
        classes.push_back({{"name", score.name},
                           {"samples", score.samples},
                           {"precision", numberJson(score.precision)},
                           {"recall", numberJson(score.recall)},
                           {"f1", numberJson(score.f1)}});
    const Json json{{"checkpoint", report.checkpoint},
                    {"model", report.model},
                    {"data", report.data},
                    {"part", report.part},
                    {"samples", report.samples},
                    {"loss", numberJson(report.loss)},
                    {"loss_name", report.lossName},
                    {"accuracy", report.accuracy ? numberJson(*report.accuracy) : Json(nullptr)},
                    {"classes", classes},
                    {"confusion", report.confusion}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

void addEvaluateCommand(CLI::App &app, int &status)
{
    const auto options = std::make_shared<RunOptions>();
    const auto json = std::make_shared<bool>(false);
    CLI::App *command =
        app.add_subcommand("evaluate", "Loss, accuracy and confusion matrix of a checkpoint on samples");
    options->addEvaluationTo(*command);
    command->add_flag("--json", *json, "Write one JSON document");
    command->callback([options, json, &status] { status = static_cast<int>(evaluate(*options, *json)); });
}

}  // namespace waypoint

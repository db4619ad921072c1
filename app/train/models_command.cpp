// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/train/models_command.h"

#include "app/train/exit_status.h"
#include "core/training/run/trainer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace waypoint {

namespace {

std::string modelsJson(const std::vector<ModelLine> &models)
{
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const ModelLine &model : models)
        list.push_back({{"name", model.name},
                        {"description", model.description},
                        {"sample", model.sample},
                        {"outputs", model.outputs},
                        {"parameters", model.parameters}});
    return nlohmann::ordered_json{{"models", list}}.dump(2) + '\n';
}

std::string modelsText(const std::vector<ModelLine> &models)
{
    std::string text;
    for (const ModelLine &model : models)
        text += fmt::format("{:<12} {:>11} parameters  {} Takes {}.\n", model.name, model.parameters, model.description,
                            model.sample);
    return text
           + "script:FILE                          Any TorchScript module that torch.jit.save has written.\n"
             "module:FILE                          A whole pickled module made of torch.nn layers in Sequentials, or "
             "of a class known here.\n";
}

}  // namespace

void addModelsCommand(CLI::App &app, int &status)
{
    const auto json = std::make_shared<bool>(false);
    CLI::App *command = app.add_subcommand("models", "The models that --model names");
    command->add_flag("--json", *json, "Write one JSON document");
    command->callback([json, &status] {
        const auto models = listModels();
        std::cout << (*json ? modelsJson(models) : modelsText(models)) << std::flush;
        status = static_cast<int>(std::cout ? TrainStatus::Done : TrainStatus::Unreadable);
    });
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/optimizer_definition.h"

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

using Start = StateEntry::Start;

constexpr std::monostate kNone{};
constexpr std::int64_t kZero = 0;
const std::pair<double, double> kBetas{0.9, 0.999};

// Settings with PyTorch 2's defaults and in its order, which 1.13's load_state_dict takes too. `step` is a tensor in
// all classes: 1.13 adds to it in place just as to the int it would make for RMSprop and Adadelta, 2.x needs it to be
// one.

OptimizerDefinition sgd()
{
    return {.name = "sgd",
            .className = "SGD",
            .defaults = {{"lr", 1e-3},
                         {"momentum", kZero},
                         {"dampening", kZero},
                         {"weight_decay", kZero},
                         {"nesterov", false},
                         {"maximize", false},
                         {"foreach", kNone},
                         {"differentiable", false},
                         {"fused", kNone}},
            .state = {{"momentum_buffer", Start::Gradient, "momentum"}},
            .step = sgdStep};
}

OptimizerDefinition adam()
{
    return {.name = "adam",
            .className = "Adam",
            .defaults = {{"lr", 1e-3},
                         {"betas", kBetas},
                         {"eps", 1e-8},
                         {"weight_decay", kZero},
                         {"amsgrad", false},
                         {"maximize", false},
                         {"foreach", kNone},
                         {"capturable", false},
                         {"differentiable", false},
                         {"fused", kNone},
                         {"decoupled_weight_decay", false}},
            .state = {{"step", Start::Zero}, {"exp_avg"}, {"exp_avg_sq"}, {"max_exp_avg_sq", Start::Zeros, "amsgrad"}},
            .step = adamStep};
}

/// foreach before maximize: up to PyTorch 2.6 that alone tells it from Adam.
OptimizerDefinition adamw()
{
    return {.name = "adamw",
            .className = "AdamW",
            .defaults = {{"lr", 1e-3},
                         {"betas", kBetas},
                         {"eps", 1e-8},
                         {"weight_decay", 1e-2},
                         {"amsgrad", false},
                         {"foreach", kNone},
                         {"maximize", false},
                         {"capturable", false},
                         {"differentiable", false},
                         {"fused", kNone},
                         {"decoupled_weight_decay", true}},
            .state = {{"step", Start::Zero}, {"exp_avg"}, {"exp_avg_sq"}, {"max_exp_avg_sq", Start::Zeros, "amsgrad"}},
            .step = adamwStep};
}

OptimizerDefinition rmsprop()
{
    return {.name = "rmsprop",
            .className = "RMSprop",
            .defaults = {{"lr", 1e-2},
                         {"momentum", kZero},
                         {"alpha", 0.99},
                         {"eps", 1e-8},
                         {"centered", false},
                         {"weight_decay", kZero},
                         {"capturable", false},
                         {"foreach", kNone},
                         {"maximize", false},
                         {"differentiable", false}},
            .state = {{"step", Start::Zero},
                      {"square_avg"},
                      {"momentum_buffer", Start::Zeros, "momentum"},
                      {"grad_avg", Start::Zeros, "centered"}},
            .step = rmspropStep};
}

OptimizerDefinition adagrad()
{
    return {.name = "adagrad",
            .className = "Adagrad",
            .defaults = {{"lr", 1e-2},
                         {"lr_decay", kZero},
                         {"eps", 1e-10},
                         {"weight_decay", kZero},
                         {"initial_accumulator_value", kZero},
                         {"foreach", kNone},
                         {"maximize", false},
                         {"differentiable", false},
                         {"fused", kNone}},
            .state = {{"step", Start::Zero}, {"sum", Start::Accumulator}},
            .step = adagradStep};
}

OptimizerDefinition adadelta()
{
    return {.name = "adadelta",
            .className = "Adadelta",
            .defaults = {{"lr", 1.0},
                         {"rho", 0.9},
                         {"eps", 1e-6},
                         {"weight_decay", kZero},
                         {"maximize", false},
                         {"capturable", false},
                         {"foreach", kNone},
                         {"differentiable", false}},
            .state = {{"step", Start::Zero}, {"square_avg"}, {"acc_delta"}},
            .step = adadeltaStep};
}

OptimizerDefinition adamax()
{
    return {.name = "adamax",
            .className = "Adamax",
            .defaults = {{"lr", 2e-3},
                         {"betas", kBetas},
                         {"eps", 1e-8},
                         {"weight_decay", kZero},
                         {"foreach", kNone},
                         {"maximize", false},
                         {"differentiable", false},
                         {"capturable", false}},
            .state = {{"step", Start::Zero}, {"exp_avg"}, {"exp_inf"}},
            .step = adamaxStep};
}

OptimizerDefinition nadam()
{
    return {.name = "nadam",
            .className = "NAdam",
            .defaults = {{"lr", 2e-3},
                         {"betas", kBetas},
                         {"eps", 1e-8},
                         {"weight_decay", kZero},
                         {"momentum_decay", 4e-3},
                         {"decoupled_weight_decay", false},
                         {"maximize", false},
                         {"foreach", kNone},
                         {"capturable", false},
                         {"differentiable", false}},
            .state = {{"step", Start::Zero}, {"mu_product", Start::One}, {"exp_avg"}, {"exp_avg_sq"}},
            .step = nadamStep};
}

OptimizerDefinition radam()
{
    return {.name = "radam",
            .className = "RAdam",
            .defaults = {{"lr", 1e-3},
                         {"betas", kBetas},
                         {"eps", 1e-8},
                         {"weight_decay", kZero},
                         {"maximize", false},
                         {"foreach", kNone},
                         {"capturable", false},
                         {"decoupled_weight_decay", false},
                         {"differentiable", false}},
            .state = {{"step", Start::Zero}, {"exp_avg"}, {"exp_avg_sq"}},
            .step = radamStep};
}

OptimizerDefinition lbfgs()
{
    return {.name = "lbfgs",
            .className = "LBFGS",
            .defaults = {{"lr", 1.0},
                         {"max_iter", std::int64_t(20)},
                         {"max_eval", std::int64_t(25)},
                         {"tolerance_grad", 1e-7},
                         {"tolerance_change", 1e-9},
                         {"history_size", std::int64_t(100)},
                         {"line_search_fn", kNone},
                         {"maximize", false}},
            .state = {},
            .ownState = {"func_evals", "n_iter", "al", "d", "t", "old_dirs", "old_stps", "ro", "H_diag",
                         "prev_flat_grad", "prev_loss"}};
}

}  // namespace

std::span<const OptimizerDefinition> optimizerDefinitions()
{
    static const std::array<OptimizerDefinition, 10> kDefinitions{sgd(),      adam(),   adamw(), rmsprop(), adagrad(),
                                                                  adadelta(), adamax(), nadam(), radam(),   lbfgs()};
    return kDefinitions;
}

const OptimizerDefinition *optimizerDefinition(std::string_view name)
{
    const auto all = optimizerDefinitions();
    const auto found = std::find_if(all.begin(), all.end(), [name](const OptimizerDefinition &definition) {
        return definition.name == name || definition.className == name;
    });
    return found == all.end() ? nullptr : &*found;
}

bool isExecutionSetting(std::string_view key)
{
    return key == "foreach" || key == "fused" || key == "capturable" || key == "differentiable";
}

std::string_view optimizerClassName(std::string_view name)
{
    const OptimizerDefinition *const definition = optimizerDefinition(name);
    return definition ? definition->className : std::string_view();
}

std::vector<std::string_view> optimizerNames()
{
    std::vector<std::string_view> names;
    for (const OptimizerDefinition &definition : optimizerDefinitions())
        names.push_back(definition.name);
    return names;
}

}  // namespace waypoint

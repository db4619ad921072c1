// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/tree_builder.h"

/// State dicts as PyTorch's optimizers and schedulers write them.
namespace waypoint::test {

using Shapes = std::vector<std::vector<std::int64_t>>;

inline std::vector<Pair> sgdKeys()
{
    return {{"lr", 0.1},         {"momentum", 0.9},   {"dampening", 0},     {"weight_decay", 0},
            {"nesterov", false}, {"maximize", false}, {"foreach", nullptr}, {"differentiable", false}};
}

/// `maximize` before `foreach`, as Adam of 1.12 to 2.6.
inline std::vector<Pair> adamKeys()
{
    return {{"lr", 0.001},
            {"betas", tuple({0.9, 0.999})},
            {"eps", 1e-8},
            {"weight_decay", 0},
            {"amsgrad", false},
            {"maximize", false},
            {"foreach", nullptr},
            {"capturable", false},
            {"differentiable", false},
            {"fused", nullptr}};
}

/// `foreach` before `maximize`, as AdamW of 1.12 to 2.6.
inline std::vector<Pair> adamWKeys()
{
    return {{"lr", 0.001},      {"betas", tuple({0.9, 0.999})}, {"eps", 1e-8},       {"weight_decay", 0.01},
            {"amsgrad", false}, {"foreach", nullptr},           {"maximize", false}, {"capturable", false}};
}

/// A parameter group: its settings, and what it calls its parameters.
inline Any group(std::vector<Pair> keys, const std::vector<std::int64_t> &ids)
{
    std::vector<Any> params(ids.begin(), ids.end());
    keys.emplace_back("params", list(std::move(params)));
    return dict(keys);
}

inline std::vector<std::int64_t> firstIds(std::size_t count)
{
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < count; ++i)
        ids.push_back(static_cast<std::int64_t>(i));
    return ids;
}

inline Any momentumOf(const std::vector<std::int64_t> &shape) { return dict({{"momentum_buffer", tensor(shape)}}); }

inline Any momentsOf(const std::vector<std::int64_t> &shape)
{
    return dict({{"step", 1000}, {"exp_avg", tensor(shape)}, {"exp_avg_sq", tensor(shape)}});
}

/// State of parameters called `ids`.
inline Any stateOf(const std::vector<std::int64_t> &ids, const Shapes &shapes,
                   Any (*each)(const std::vector<std::int64_t> &))
{
    std::vector<Pair> state;
    for (std::size_t i = 0; i < ids.size(); ++i)
        state.emplace_back(ids[i], each(shapes[i]));
    return dict(state);
}

inline Any optimizer(Any state, std::vector<Any> groups)
{
    return dict({{"state", std::move(state)}, {"param_groups", list(std::move(groups))}});
}

inline Any sgd(const Shapes &shapes)
{
    const auto ids = firstIds(shapes.size());
    return optimizer(stateOf(ids, shapes, momentumOf), {group(sgdKeys(), ids)});
}

inline Any adam(const Shapes &shapes)
{
    const auto ids = firstIds(shapes.size());
    return optimizer(stateOf(ids, shapes, momentsOf), {group(adamKeys(), ids)});
}

/// A scheduler of PyTorch 1.13: its own keys, then what all of them have.
inline Any scheduler(std::vector<Pair> keys)
{
    for (Pair base : std::vector<Pair>{{"base_lrs", list({0.1})},
                                       {"last_epoch", 41},
                                       {"verbose", false},
                                       {"_step_count", 42},
                                       {"_get_lr_called_within_step", false},
                                       {"_last_lr", list({1e-5})}})
        keys.push_back(std::move(base));
    return dict(keys);
}

inline Any multiStepLR()
{
    return scheduler({{"milestones", dict({{10, 1}, {20, 1}, {30, 1}, {40, 1}, {50, 1}})}, {"gamma", 0.1}});
}

}  // namespace waypoint::test

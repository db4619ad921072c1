// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/run_defaults.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <thread>

namespace waypoint {

namespace {

/// Settings that learn a kind of data well without being touched.
struct Recipe
{
    std::string model;
    std::int64_t epochs;
    std::int64_t batchSize;
    std::string optimizer;
    double lr;
};

std::int64_t features(const DatasetInfo &info)
{
    return std::accumulate(info.shape.begin(), info.shape.end(), std::int64_t(1), std::multiplies<>());
}

std::string modelFor(const DatasetInfo &info)
{
    if (info.shape.size() == 3 && info.shape[0] == 3) {
        const bool small = info.shape[1] == 32 && info.shape[2] == 32;
        return small ? "cifar-net" : "resnet18";
    }
    return fmt::format("mlp:{}-64-{}", features(info), info.targetSize);
}

Recipe recipeFor(const DatasetInfo &info)
{
    if (info.name == "iris" || info.name.starts_with("iris,"))
        return {"iris", 60, 16, "adam", 0.02};
    if (info.name == "digits" || info.name.starts_with("digits,"))
        return {modelFor(info), 30, 32, "adam", 0.002};
    return {modelFor(info), 10, 64, "adam", 0};
}

Error unfit(std::string_view option, std::string_view text)
{
    return {.code = ErrorCode::BadArgument, .detail = fmt::format("--{} {}", option, text)};
}

/// Beyond these, a number is a slip of the finger, and what is worked out from it would not fit into 64 bits.
constexpr std::int64_t kMost = 1'000'000'000;
constexpr std::int64_t kMostThreads = 1024;

Result<void> checkCounts(const RunConfig &config)
{
    struct Count
    {
        std::string_view option;
        std::int64_t value;
        std::int64_t least;
        std::int64_t most;
    };
    for (const Count &count : {Count{"epochs", config.epochs, 1, kMost},
                               {"batch-size", config.batchSize, 1, kMost},
                               {"accumulate", config.accumulate, 1, kMost},
                               {"checkpoint-every", config.checkpointEvery, 0, kMost},
                               {"checkpoint-steps", config.checkpointSteps, 0, kMost},
                               {"keep-last", config.keepLast, 0, kMost},
                               {"early-stop", config.earlyStop, 0, kMost},
                               {"log-every", config.logEvery, 0, kMost},
                               {"threads", config.threads, 0, kMostThreads},
                               {"loaders", config.loaders, 0, kMostThreads}}) {
        if (count.value < count.least)
            return unfit(count.option, count.least > 0 ? "must be 1 or more" : "must not be negative");
        if (count.value > count.most)
            return unfit(count.option, fmt::format("must not be more than {}", count.most));
    }
    return {};
}

Result<void> checkNumbers(const RunConfig &config)
{
    const auto positive = [](double x) { return std::isfinite(x) && x > 0; };
    const auto notNegative = [](double x) { return std::isfinite(x) && x >= 0; };
    if (auto checked = checkCounts(config); !checked)
        return checked.error();
    if (!notNegative(config.lr))
        return unfit("lr", "must be a number that is not negative");
    if (!notNegative(config.clipGrad))
        return unfit("clip-grad", "must be a number that is not negative");
    if (!notNegative(config.labelSmoothing) || config.labelSmoothing >= 1)
        return unfit("label-smoothing", "must be 0 or more and below 1");
    if (config.ema != 0 && !(positive(config.ema) && config.ema < 1))
        return unfit("ema", "must be a decay between 0 and 1, such as 0.999");
    if (!notNegative(config.checkpointMinutes))
        return unfit("checkpoint-minutes", "must be a number that is not negative");
    return {};
}

Result<std::string> lossFor(const RunConfig &config, const DatasetInfo &info)
{
    const bool classes = info.target == TargetKind::Class;
    if (config.loss.empty() || config.loss == "auto")
        return std::string(classes ? "cross-entropy" : "mse");
    for (const std::string_view known : {"cross-entropy", "mse", "bce"})
        if (config.loss == known)
            return config.loss;
    return Error{.code = ErrorCode::BadArgument,
                 .detail = fmt::format("--loss {} is not known; there are auto, cross-entropy, mse, bce", config.loss)};
}

/// Metrics that this run's lines will have: one they never have would never be the best, and never stop a run early.
std::vector<std::string> metricNames(const RunConfig &config, const Datasets &data)
{
    std::vector<std::string> parts{"epoch", "train"};
    if (data.val)
        parts.insert(parts.begin(), "val");
    if (data.val && config.ema > 0)
        parts.insert(parts.begin() + 1, "val_ema");
    std::vector<std::string> names;
    for (const std::string &part : parts) {
        if (config.loss == "cross-entropy")
            names.push_back("accuracy/" + part);
        names.push_back("loss/" + part);
    }
    return names;
}

Result<void> checkMonitor(const RunConfig &config, const Datasets &data)
{
    const std::vector<std::string> names = metricNames(config, data);
    if (config.monitor == "none" || std::find(names.begin(), names.end(), config.monitor) != names.end())
        return {};
    return unfit("monitor", fmt::format("{} is no metric of this run; there are {}, none", config.monitor,
                                        fmt::join(names, ", ")));
}

void fillIntervals(RunConfig &config, const Datasets &data)
{
    const std::int64_t batches = (data.train->info().count + config.batchSize - 1) / config.batchSize;
    if (config.logEvery == 0)
        config.logEvery = std::clamp<std::int64_t>(batches / config.accumulate / 10, 1, 50);
    if (config.loaders == 0) {
        const auto cores = static_cast<std::int64_t>(std::max(1u, std::thread::hardware_concurrency()));
        config.loaders = data.train->info().cheap ? 0 : std::min<std::int64_t>(cores, 8);
    }
    if (config.monitor.empty()) {
        const bool accuracy = config.loss == "cross-entropy";
        config.monitor = data.val ? (accuracy ? "accuracy/val" : "loss/val") : "loss/epoch";
    }
}

/// "csv:iris.csv,holdout=0.2" with the path, which begins right after the colon, made absolute.
std::string absoluteSpec(const std::string &spec, const std::filesystem::path &folder)
{
    for (const std::string_view kind : {"csv:", "mnist:", "cifar10:", "folder:", "tensors:", "script:", "module:"})
        if (spec.starts_with(kind) && spec.size() > kind.size() && spec[kind.size()] != '/')
            return std::string(kind) + (folder / spec.substr(kind.size())).string();
    return spec;
}

}  // namespace

RunConfig withAbsolutePaths(RunConfig config, const std::filesystem::path &folder)
{
    for (std::string RunConfig::*spec : {&RunConfig::model, &RunConfig::data, &RunConfig::val})
        config.*spec = absoluteSpec(config.*spec, folder);
    if (!config.init.empty())
        config.init = (folder / config.init).string();
    return config;
}

Result<RunConfig> withDefaults(RunConfig config, const Datasets &data)
{
    const DatasetInfo &info = data.train->info();
    const Recipe recipe = recipeFor(info);
    if (config.model.empty())
        config.model = recipe.model;
    if (config.epochs == 0)
        config.epochs = recipe.epochs;
    if (config.batchSize == 0)
        config.batchSize = recipe.batchSize;
    if (config.optimizer.empty()) {
        config.optimizer = recipe.optimizer;
        if (config.lr == 0)
            config.lr = recipe.lr;
    }
    if (auto checked = checkNumbers(config); !checked)
        return checked.error();
    auto loss = lossFor(config, info);
    if (!loss)
        return loss.error();
    config.loss = *loss;
    fillIntervals(config, data);
    if (auto checked = checkMonitor(config, data); !checked)
        return checked.error();
    return config;
}

}  // namespace waypoint

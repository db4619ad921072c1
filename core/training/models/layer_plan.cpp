// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/layer_plan.h"

#include "core/training/models/setting_reader.h"

#include <functional>
#include <numeric>

namespace waypoint {

namespace {

using Shape = std::vector<std::int64_t>;

Shape linearShape(SettingReader &settings)
{
    const std::int64_t in = settings.integer("in_features", 0);
    return {settings.integer("out_features", 0), in};
}

/// (out, in / groups, kernel...), and the other way round where it is transposed.
Shape convolutionShape(const LayerPlan &layer, SettingReader &settings)
{
    const std::int64_t in = settings.integer("in_channels", 0);
    const std::int64_t out = settings.integer("out_channels", 0);
    const std::int64_t groups = std::max<std::int64_t>(settings.integer("groups", 1), 1);
    const bool transposed = layer.type.find("Transpose") != std::string::npos;
    Shape shape = transposed ? Shape{in, out / groups} : Shape{out, in / groups};
    for (const std::int64_t size : settings.integers("kernel_size", dimensionsOfType(layer.type), {1}))
        shape.push_back(size);
    return shape;
}

void addWeightAndBias(std::vector<TensorPlan> &into, SettingReader &settings, Shape weight, Shape bias)
{
    if (settings.flag("weight", true))
        into.push_back({.name = "weight", .shape = std::move(weight)});
    if (settings.flag("bias", true))
        into.push_back({.name = "bias", .shape = std::move(bias)});
}

void addStatistics(std::vector<TensorPlan> &into, SettingReader &settings, const Shape &channels)
{
    if (!settings.flag("running_mean", true))
        return;
    into.push_back({.name = "running_mean", .shape = channels, .parameter = false});
    into.push_back({.name = "running_var", .shape = channels, .parameter = false});
    into.push_back({.name = "num_batches_tracked", .shape = {}, .parameter = false, .counter = true});
}

void visit(const LayerPlan &layer, const std::string &prefix,
           const std::function<void(const LayerPlan &, const std::string &)> &function)
{
    function(layer, prefix);
    for (const LayerPlan &child : layer.children)
        visit(child, child.name.empty() ? prefix : prefix + child.name + '.', function);
}

}  // namespace

std::size_t dimensionsOfType(std::string_view type)
{
    if (type.size() < 2 || type.back() != 'd')
        return 0;
    const char digit = type[type.size() - 2];
    return digit >= '1' && digit <= '3' ? static_cast<std::size_t>(digit - '0') : 0;
}

bool isNormType(std::string_view type)
{
    return type.starts_with("BatchNorm") || type.starts_with("InstanceNorm") || type == "LayerNorm"
           || type == "GroupNorm" || type == "SyncBatchNorm" || type == "RMSNorm";
}

std::vector<TensorPlan> tensorsOfLayer(const LayerPlan &layer)
{
    SettingReader settings(layer);
    std::vector<TensorPlan> tensors;
    if (layer.type == "Linear") {
        const Shape weight = linearShape(settings);
        addWeightAndBias(tensors, settings, weight, {weight.front()});
    } else if (layer.type.starts_with("Conv")) {
        addWeightAndBias(tensors, settings, convolutionShape(layer, settings), {settings.integer("out_channels", 0)});
    } else if (layer.type.starts_with("BatchNorm") || layer.type.starts_with("InstanceNorm")) {
        const Shape channels{settings.integer("num_features", 0)};
        addWeightAndBias(tensors, settings, channels, channels);
        addStatistics(tensors, settings, channels);
    } else if (layer.type == "LayerNorm") {
        const Shape shape = settings.integers("normalized_shape", 0, {});
        addWeightAndBias(tensors, settings, shape, shape);
    } else if (layer.type == "GroupNorm") {
        const Shape channels{settings.integer("num_channels", 0)};
        addWeightAndBias(tensors, settings, channels, channels);
    } else if (layer.type == "PReLU") {
        tensors.push_back({.name = "weight", .shape = {settings.integer("num_parameters", 1)}});
    } else if (layer.type == "Embedding") {
        const std::int64_t rows = settings.integer("num_embeddings", 0);
        tensors.push_back({.name = "weight", .shape = {rows, settings.integer("embedding_dim", 0)}});
    }
    return tensors;
}

std::vector<TensorPlan> tensorsOfPlan(const LayerPlan &root)
{
    std::vector<TensorPlan> all;
    visit(root, {}, [&](const LayerPlan &layer, const std::string &prefix) {
        for (TensorPlan &tensor : tensorsOfLayer(layer)) {
            tensor.name.insert(0, prefix);
            all.push_back(std::move(tensor));
        }
    });
    return all;
}

std::int64_t parameterCount(const LayerPlan &root)
{
    std::int64_t sum = 0;
    for (const TensorPlan &tensor : tensorsOfPlan(root))
        if (tensor.parameter)
            sum += std::accumulate(tensor.shape.begin(), tensor.shape.end(), std::int64_t{1}, std::multiplies<>());
    return sum;
}

std::pair<std::string, std::int64_t> lastLinear(const LayerPlan &root)
{
    std::pair<std::string, std::int64_t> found;
    visit(root, {}, [&](const LayerPlan &layer, const std::string &prefix) {
        if (layer.type == "Linear")
            found = {prefix.substr(0, prefix.size() - 1), SettingReader(layer).integer("out_features", 0)};
    });
    return found;
}

}  // namespace waypoint

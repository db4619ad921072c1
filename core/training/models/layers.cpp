// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/layers.h"

#include <fmt/format.h>

#include <cmath>
#include <unordered_map>

namespace waypoint {

namespace {

using at::Tensor;
using Forward = Layer::Forward;
using Integers = std::vector<std::int64_t>;

/// The tensor a layer keeps under a name, looked at anew in every forward pass: weights may be tied or moved after the
/// layer was made. Undefined where the layer has none, which is how LibTorch spells None.
class Slot
{
public:
    Slot(const std::vector<std::pair<std::string, Tensor>> &tensors, std::string_view name) : m_tensors(&tensors)
    {
        while (m_at < tensors.size() && tensors[m_at].first != name)
            ++m_at;
    }
    [[nodiscard]] Tensor operator()() const { return m_at < m_tensors->size() ? (*m_tensors)[m_at].second : Tensor(); }

private:
    const std::vector<std::pair<std::string, Tensor>> *m_tensors;
    std::size_t m_at = 0;
};

Forward linear(const Layer &layer, SettingReader & /*settings*/)
{
    return [weight = Slot(layer.parameters, "weight"), bias = Slot(layer.parameters, "bias")](const Tensor &x) {
        return at::linear(x, weight(), bias());
    };
}

/// With padding in words: "same", "valid".
Forward wordyConvolution(const Layer &layer, const std::string &padding, const Integers &stride,
                         const Integers &dilation, std::int64_t groups)
{
    const std::size_t n = dimensionsOfType(layer.type);
    return [=, weight = Slot(layer.parameters, "weight"), bias = Slot(layer.parameters, "bias")](const Tensor &x) {
        const char *how = padding.c_str();
        return n == 1   ? at::conv1d(x, weight(), bias(), stride, how, dilation, groups)
               : n == 2 ? at::conv2d(x, weight(), bias(), stride, how, dilation, groups)
                        : at::conv3d(x, weight(), bias(), stride, how, dilation, groups);
    };
}

Forward convolution(const Layer &layer, SettingReader &settings)
{
    const std::size_t n = dimensionsOfType(layer.type);
    const Integers stride = settings.integers("stride", n, {1});
    const Integers dilation = settings.integers("dilation", n, {1});
    const std::int64_t groups = settings.integer("groups", 1);
    const std::string mode = settings.text("padding_mode", "zeros");
    const Integers around = settings.integers("_reversed_padding_repeated_twice", 0, {});
    settings.require("transposed", false);
    settings.require("output_padding", Integers(n, 0));
    if (mode == "zeros" && settings.isText("padding"))
        return wordyConvolution(layer, settings.text("padding", "valid"), stride, dilation, groups);
    if (mode != "zeros" && mode != "reflect" && mode != "replicate" && mode != "circular")
        settings.require("padding_mode", std::string("zeros"));
    if (mode != "zeros")
        settings.ignore({"padding"});
    const Integers padding = mode == "zeros" ? settings.integers("padding", n, {0}) : Integers(n, 0);
    return [=, weight = Slot(layer.parameters, "weight"), bias = Slot(layer.parameters, "bias")](const Tensor &input) {
        const Tensor x = mode == "zeros" ? input : at::pad(input, around, mode.c_str());
        return n == 1   ? at::conv1d(x, weight(), bias(), stride, padding, dilation, groups)
               : n == 2 ? at::conv2d(x, weight(), bias(), stride, padding, dilation, groups)
                        : at::conv3d(x, weight(), bias(), stride, padding, dilation, groups);
    };
}

Forward transposedConvolution(const Layer &layer, SettingReader &settings)
{
    const std::size_t n = dimensionsOfType(layer.type);
    const Integers stride = settings.integers("stride", n, {1});
    const Integers padding = settings.integers("padding", n, {0});
    const Integers extra = settings.integers("output_padding", n, {0});
    const Integers dilation = settings.integers("dilation", n, {1});
    const std::int64_t groups = settings.integer("groups", 1);
    settings.require("transposed", true);
    settings.require("padding_mode", std::string("zeros"));
    settings.ignore({"_reversed_padding_repeated_twice"});
    return [=, weight = Slot(layer.parameters, "weight"), bias = Slot(layer.parameters, "bias")](const Tensor &x) {
        return n == 1   ? at::conv_transpose1d(x, weight(), bias(), stride, padding, extra, groups, dilation)
               : n == 2 ? at::conv_transpose2d(x, weight(), bias(), stride, padding, extra, groups, dilation)
                        : at::conv_transpose3d(x, weight(), bias(), stride, padding, extra, groups, dilation);
    };
}

/// Statistics of the batch in training (running ones move by `momentum`, or are plain averages where it is None), the
/// running ones in evaluation.
Forward batchNorm(const Layer &layer, SettingReader &settings)
{
    const bool average =
        layer.type.starts_with("BatchNorm") && settings.isNone("momentum") && !settings.isAbsent("momentum");
    const double momentum = average ? 0 : settings.number("momentum", 0.1);
    const double eps = settings.number("eps", 1e-5);
    settings.ignore({"affine", "track_running_stats"});
    const Slot weight(layer.parameters, "weight");
    const Slot bias(layer.parameters, "bias");
    const Slot mean(layer.buffers, "running_mean");
    const Slot variance(layer.buffers, "running_var");
    const Slot batches(layer.buffers, "num_batches_tracked");
    return [=, &layer](const Tensor &x) {
        const bool tracked = mean().defined();
        double rate = momentum;
        if (layer.training && tracked) {
            at::NoGradGuard noGrad;
            batches().add_(1);
            if (average)
                rate = 1.0 / batches().item<double>();
        }
        return at::batch_norm(x, weight(), bias(), mean(), variance(), layer.training || !tracked, rate, eps,
                              at::globalContext().userEnabledCuDNN());
    };
}

Forward instanceNorm(const Layer &layer, SettingReader &settings)
{
    const double momentum = settings.isNone("momentum") ? 0 : settings.number("momentum", 0.1);
    const double eps = settings.number("eps", 1e-5);
    settings.ignore({"affine", "track_running_stats", "momentum"});
    const Slot weight(layer.parameters, "weight");
    const Slot bias(layer.parameters, "bias");
    const Slot mean(layer.buffers, "running_mean");
    const Slot variance(layer.buffers, "running_var");
    return [=, &layer](const Tensor &x) {
        return at::instance_norm(x, weight(), bias(), mean(), variance(), layer.training || !mean().defined(), momentum,
                                 eps, at::globalContext().userEnabledCuDNN());
    };
}

Forward layerNorm(const Layer &layer, SettingReader &settings)
{
    settings.ignore({"elementwise_affine"});
    const double eps = settings.number("eps", 1e-5);
    return [eps, shape = settings.integers("normalized_shape", 0, {}), weight = Slot(layer.parameters, "weight"),
            bias = Slot(layer.parameters, "bias")](const Tensor &x) {
        return at::layer_norm(x, shape, weight(), bias(), eps, at::globalContext().userEnabledCuDNN());
    };
}

Forward groupNorm(const Layer &layer, SettingReader &settings)
{
    settings.ignore({"affine"});
    const double eps = settings.number("eps", 1e-5);
    return [eps, groups = settings.integer("num_groups", 1), weight = Slot(layer.parameters, "weight"),
            bias = Slot(layer.parameters, "bias")](const Tensor &x) {
        return at::group_norm(x, groups, weight(), bias(), eps, at::globalContext().userEnabledCuDNN());
    };
}

Forward prelu(const Layer &layer, SettingReader &settings)
{
    settings.ignore({"init"});
    return [weight = Slot(layer.parameters, "weight")](const Tensor &x) { return at::prelu(x, weight()); };
}

Forward embedding(const Layer &layer, SettingReader &settings)
{
    settings.require("max_norm", std::monostate());
    settings.require("sparse", false);
    settings.ignore({"norm_type"});
    const bool scale = settings.flag("scale_grad_by_freq", false);
    const std::int64_t padding = settings.isNone("padding_idx") ? -1 : settings.integer("padding_idx", -1);
    return [padding, scale, weight = Slot(layer.parameters, "weight")](const Tensor &x) {
        return at::embedding(weight(), x, padding, scale, false);
    };
}

Forward sequence(const Layer &layer)
{
    return [&layer](const Tensor &input) {
        Tensor x = input;
        for (const auto &[name, child] : layer.children)
            x = child->forward(x);
        return x;
    };
}

/// torchvision's residual blocks: `stages` convolutions, each with its norm, then what came in is added, through
/// `downsample` where there is one.
Forward residualBlock(const Layer &layer, std::size_t stages)
{
    const auto child = [&layer](const std::string &name) -> const Layer * {
        for (const auto &[key, value] : layer.children)
            if (key == name)
                return value.get();
        return nullptr;
    };
    std::vector<std::pair<const Layer *, const Layer *>> pairs;
    for (std::size_t i = 1; i <= stages; ++i)
        pairs.emplace_back(child(fmt::format("conv{}", i)), child(fmt::format("bn{}", i)));
    const Layer *relu = child("relu");
    const Layer *downsample = child("downsample");
    for (const auto &[conv, norm] : pairs)
        if (!conv || !norm || !relu)
            return {};
    return [=](const Tensor &input) {
        Tensor x = input;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            x = pairs[i].second->forward(pairs[i].first->forward(x));
            if (i + 1 < pairs.size())
                x = relu->forward(x);
        }
        x += downsample ? downsample->forward(input) : input;
        return relu->forward(x);
    };
}

Forward weightedLayer(const Layer &layer, SettingReader &settings)
{
    const std::string_view type = layer.type;
    if (type == "Linear")
        return linear(layer, settings);
    if (type.starts_with("ConvTranspose"))
        return transposedConvolution(layer, settings);
    if (type.starts_with("Conv"))
        return convolution(layer, settings);
    if (type.starts_with("BatchNorm"))
        return batchNorm(layer, settings);
    if (type.starts_with("InstanceNorm"))
        return instanceNorm(layer, settings);
    if (type == "LayerNorm")
        return layerNorm(layer, settings);
    if (type == "GroupNorm")
        return groupNorm(layer, settings);
    if (type == "PReLU")
        return prelu(layer, settings);
    return type == "Embedding" ? embedding(layer, settings) : Forward();
}

Forward forwardOf(const Layer &layer, SettingReader &settings)
{
    if (layer.type == "Sequential")
        return sequence(layer);
    if (layer.type == "BasicBlock" || layer.type == "Bottleneck")
        return residualBlock(layer, layer.type == "BasicBlock" ? 2 : 3);
    if (Forward weighted = layer.parameters.empty() && layer.buffers.empty() && !isNormType(layer.type)
                               ? Forward()
                               : weightedLayer(layer, settings))
        return weighted;
    return layerFunction(layer, settings);
}

/// torch.nn's own: uniform within 1/sqrt(fan_in) for weight (as kaiming_uniform_ with a = sqrt(5) comes out) and bias.
void initialiseUniform(Layer &layer)
{
    for (auto &[name, tensor] : layer.parameters) {
        if (name == "weight") {
            torch::nn::init::kaiming_uniform_(tensor, std::sqrt(5.0));
            continue;
        }
        const Tensor &weight = layer.parameters.front().second;
        const auto fanIn = static_cast<double>(weight.numel() / std::max<std::int64_t>(weight.size(0), 1));
        torch::nn::init::uniform_(tensor, -1 / std::sqrt(fanIn), 1 / std::sqrt(fanIn));
    }
}

void initialise(Layer &layer)
{
    at::NoGradGuard noGrad;
    if (layer.type == "Linear" || layer.type.starts_with("Conv"))
        return initialiseUniform(layer);
    for (auto &[name, tensor] : layer.parameters) {
        if (layer.type == "Embedding")
            tensor.normal_();
        else
            tensor.fill_(name == "bias" ? 0.0 : layer.type == "PReLU" ? 0.25 : 1.0);
    }
    for (auto &[name, tensor] : layer.buffers)
        tensor.fill_(name == "running_var" ? 1 : 0);
}

class Builder
{
public:
    Result<LayerPtr> build(const LayerPlan &plan, const std::string &path)
    {
        if (const auto known = m_known.find(plan.identity); plan.identity != 0 && known != m_known.end())
            return known->second;
        auto layer = std::make_shared<Layer>();
        layer->type = plan.type;
        if (auto problem = addChildren(*layer, plan, path); !problem)
            return problem.error();
        addTensors(*layer, plan);
        SettingReader settings(plan);
        settings.ignore({"weight", "bias", "running_mean", "in_features", "out_features", "in_channels", "out_channels",
                         "kernel_size", "num_features", "num_channels", "num_parameters", "num_embeddings",
                         "embedding_dim"});
        layer->forward = forwardOf(*layer, settings);
        if (!layer->forward)
            return refused(path, plan.type);
        if (const std::string problem = settings.problem(); !problem.empty())
            return refused(path, fmt::format("{} with {}", plan.type, problem));
        if (plan.identity != 0)
            m_known.emplace(plan.identity, layer);
        return layer;
    }

private:
    static Error refused(const std::string &path, const std::string &what)
    {
        return {.code = ErrorCode::Unsupported,
                .detail = fmt::format("{}{} cannot be rebuilt", path.empty() ? "" : "layer " + path + ": ", what)};
    }

    /// In Python `downsample` is made before the block it is handed to, and registered last.
    Result<void> addChildren(Layer &layer, const LayerPlan &plan, const std::string &path)
    {
        std::vector<LayerPtr> made(plan.children.size());
        for (const bool first : {true, false}) {
            for (std::size_t i = 0; i < plan.children.size(); ++i) {
                const LayerPlan &child = plan.children[i];
                if ((child.name == "downsample") != first)
                    continue;
                auto built = build(child, path.empty() ? child.name : path + '.' + child.name);
                if (!built)
                    return built.error();
                made[i] = *built;
            }
        }
        for (std::size_t i = 0; i < made.size(); ++i)
            layer.children.emplace_back(plan.children[i].name, made[i]);
        return {};
    }

    static void addTensors(Layer &layer, const LayerPlan &plan)
    {
        for (const TensorPlan &tensor : tensorsOfLayer(plan)) {
            const Tensor memory = at::empty(tensor.shape, tensor.counter ? at::kLong : at::kFloat);
            (tensor.parameter ? layer.parameters : layer.buffers).emplace_back(tensor.name, memory);
        }
        initialise(layer);
        for (auto &[name, tensor] : layer.parameters)
            tensor.requires_grad_(true);
    }

    std::unordered_map<std::uint32_t, LayerPtr> m_known;
};

}  // namespace

Result<LayerPtr> buildLayers(const LayerPlan &plan) { return Builder().build(plan, {}); }

}  // namespace waypoint

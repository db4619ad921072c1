// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/layers.h"

#include <map>
#include <string_view>

namespace waypoint {

namespace {

using at::Tensor;
using Forward = Layer::Forward;
using Integers = std::vector<std::int64_t>;
using Maker = Forward (*)(const Layer &, SettingReader &);

/// An activation that has no setting but `inplace`.
template<Tensor (*function)(const Tensor &)>
Forward plain(const Layer & /*layer*/, SettingReader &settings)
{
    settings.ignore({"inplace"});
    return [](const Tensor &x) { return function(x); };
}

Forward relu(const Layer & /*layer*/, SettingReader &settings)
{
    if (!settings.flag("inplace", false))
        return [](const Tensor &x) { return at::relu(x); };
    // In place saves the memory that people asked to save; a leaf's own memory is never written.
    return [](const Tensor &x) {
        Tensor result = x;
        return x.is_leaf() ? at::relu(x) : at::relu_(result);
    };
}

Forward relu6(const Layer & /*layer*/, SettingReader &settings)
{
    settings.ignore({"inplace", "min_val", "max_val"});
    return [](const Tensor &x) { return at::relu6(x); };
}

Forward leakyRelu(const Layer & /*layer*/, SettingReader &settings)
{
    settings.ignore({"inplace"});
    return [slope = settings.number("negative_slope", 0.01)](const Tensor &x) { return at::leaky_relu(x, slope); };
}

Forward elu(const Layer & /*layer*/, SettingReader &settings)
{
    settings.ignore({"inplace"});
    return [alpha = settings.number("alpha", 1)](const Tensor &x) { return at::elu(x, alpha); };
}

Forward celu(const Layer & /*layer*/, SettingReader &settings)
{
    settings.ignore({"inplace"});
    return [alpha = settings.number("alpha", 1)](const Tensor &x) { return at::celu(x, alpha); };
}

Forward gelu(const Layer & /*layer*/, SettingReader &settings)
{
    return [how = settings.text("approximate", "none")](const Tensor &x) { return at::gelu(x, how.c_str()); };
}

Forward hardtanh(const Layer & /*layer*/, SettingReader &settings)
{
    settings.ignore({"inplace"});
    const double low = settings.number("min_val", -1);
    return [low, high = settings.number("max_val", 1)](const Tensor &x) { return at::hardtanh(x, low, high); };
}

Forward softplus(const Layer & /*layer*/, SettingReader &settings)
{
    const double beta = settings.number("beta", 1);
    return [beta, threshold = settings.number("threshold", 20)](const Tensor &x) {
        return at::softplus(x, beta, threshold);
    };
}

Forward threshold(const Layer & /*layer*/, SettingReader &settings)
{
    settings.ignore({"inplace"});
    const double least = settings.number("threshold", 0);
    return [least, value = settings.number("value", 0)](const Tensor &x) { return at::threshold(x, least, value); };
}

/// Without a dimension, old code means the one that held classes then.
std::int64_t softmaxDimension(std::int64_t dimensions)
{
    return dimensions == 0 || dimensions == 1 || dimensions == 3 ? 0 : 1;
}

template<bool logarithm>
Forward softmax(const Layer & /*layer*/, SettingReader &settings)
{
    const bool implicit = settings.isNone("dim");
    const std::int64_t fixed = implicit ? 0 : settings.integer("dim", 1);
    return [implicit, fixed](const Tensor &x) {
        const std::int64_t dim = implicit ? softmaxDimension(x.dim()) : fixed;
        return logarithm ? at::log_softmax(x, dim) : at::softmax(x, dim);
    };
}

template<Tensor (*function)(const Tensor &, double, bool)>
Forward dropout(const Layer &layer, SettingReader &settings)
{
    settings.ignore({"inplace"});
    return [&layer, p = settings.number("p", 0.5)](const Tensor &x) { return function(x, p, layer.training); };
}

Forward identity(const Layer & /*layer*/, SettingReader & /*settings*/)
{
    return [](const Tensor &x) { return x; };
}

Forward flatten(const Layer & /*layer*/, SettingReader &settings)
{
    const std::int64_t first = settings.integer("start_dim", 1);
    return [first, last = settings.integer("end_dim", -1)](const Tensor &x) { return at::flatten(x, first, last); };
}

Forward unflatten(const Layer & /*layer*/, SettingReader &settings)
{
    const std::int64_t dim = settings.integer("dim", 1);
    return [dim, sizes = settings.integers("unflattened_size", 0, {})](const Tensor &x) {
        const std::int64_t at = dim < 0 ? dim + x.dim() : dim;
        Integers shape(x.sizes().begin(), x.sizes().begin() + at);
        shape.insert(shape.end(), sizes.begin(), sizes.end());
        shape.insert(shape.end(), x.sizes().begin() + at + 1, x.sizes().end());
        return x.reshape(shape);
    };
}

Forward maxPool(const Layer &layer, SettingReader &settings)
{
    const std::size_t n = dimensionsOfType(layer.type);
    const Integers kernel = settings.integers("kernel_size", n, {2});
    const Integers stride = settings.isNone("stride") ? kernel : settings.integers("stride", n, kernel);
    const Integers padding = settings.integers("padding", n, {0});
    const Integers dilation = settings.integers("dilation", n, {1});
    settings.require("return_indices", false);
    return [=, ceil = settings.flag("ceil_mode", false)](const Tensor &x) {
        return n == 1   ? at::max_pool1d(x, kernel, stride, padding, dilation, ceil)
               : n == 2 ? at::max_pool2d(x, kernel, stride, padding, dilation, ceil)
                        : at::max_pool3d(x, kernel, stride, padding, dilation, ceil);
    };
}

Forward averagePool(const Layer &layer, SettingReader &settings)
{
    const std::size_t n = dimensionsOfType(layer.type);
    const Integers kernel = settings.integers("kernel_size", n, {2});
    const Integers stride = settings.isNone("stride") ? kernel : settings.integers("stride", n, kernel);
    const Integers padding = settings.integers("padding", n, {0});
    const bool ceil = settings.flag("ceil_mode", false);
    const std::int64_t divisor = settings.isNone("divisor_override") ? 0 : settings.integer("divisor_override", 0);
    const bool count = settings.flag("count_include_pad", true);
    // LibTorch 1.13 has an optional of its own, so the divisor is passed as what converts to either.
    return [=](const Tensor &x) {
        if (n == 1)
            return at::avg_pool1d(x, kernel, stride, padding, ceil, count);
        if (divisor == 0)
            return n == 2 ? at::avg_pool2d(x, kernel, stride, padding, ceil, count)
                          : at::avg_pool3d(x, kernel, stride, padding, ceil, count);
        return n == 2 ? at::avg_pool2d(x, kernel, stride, padding, ceil, count, divisor)
                      : at::avg_pool3d(x, kernel, stride, padding, ceil, count, divisor);
    };
}

template<bool largest>
Forward adaptivePool(const Layer &layer, SettingReader &settings)
{
    const std::size_t n = dimensionsOfType(layer.type);
    settings.require("return_indices", false);
    return [n, size = settings.integers("output_size", n, {1})](const Tensor &x) {
        if constexpr (largest)
            return n == 1   ? std::get<0>(at::adaptive_max_pool1d(x, size))
                   : n == 2 ? std::get<0>(at::adaptive_max_pool2d(x, size))
                            : std::get<0>(at::adaptive_max_pool3d(x, size));
        else
            return n == 1   ? at::adaptive_avg_pool1d(x, size)
                   : n == 2 ? at::adaptive_avg_pool2d(x, size)
                            : at::adaptive_avg_pool3d(x, size);
    };
}

/// torch.nn keeps what F.pad takes: two numbers for each dimension, the last dimension first.
Forward constantPad(const Layer &layer, SettingReader &settings)
{
    const double value = settings.number("value", 0);
    return [value, sides = settings.integers("padding", 2 * dimensionsOfType(layer.type), {0})](const Tensor &x) {
        return at::constant_pad_nd(x, sides, value);
    };
}

Forward borderPad(const Layer &layer, SettingReader &settings)
{
    const std::string mode = layer.type.starts_with("Reflection")    ? "reflect"
                             : layer.type.starts_with("Replication") ? "replicate"
                                                                     : "circular";
    return [mode, sides = settings.integers("padding", 2 * dimensionsOfType(layer.type), {0})](const Tensor &x) {
        return at::pad(x, sides, mode.c_str());
    };
}

Forward pixelShuffle(const Layer & /*layer*/, SettingReader &settings)
{
    return [factor = settings.integer("upscale_factor", 1)](const Tensor &x) { return at::pixel_shuffle(x, factor); };
}

Forward pixelUnshuffle(const Layer & /*layer*/, SettingReader &settings)
{
    return
        [factor = settings.integer("downscale_factor", 1)](const Tensor &x) { return at::pixel_unshuffle(x, factor); };
}

using Interpolate = torch::nn::functional::InterpolateFuncOptions;

bool setMode(Interpolate &options, std::string_view mode)
{
    if (mode == "nearest")
        options.mode(torch::kNearest);
    else if (mode == "linear")
        options.mode(torch::kLinear);
    else if (mode == "bilinear")
        options.mode(torch::kBilinear);
    else if (mode == "bicubic")
        options.mode(torch::kBicubic);
    else if (mode == "trilinear")
        options.mode(torch::kTrilinear);
    else if (mode == "area")
        options.mode(torch::kArea);
    else
        return false;
    return true;
}

Forward upsample(const Layer & /*layer*/, SettingReader &settings)
{
    Interpolate options;
    const std::string mode = settings.text("mode", "nearest");
    if (!setMode(options, mode))
        settings.require("mode", std::string("nearest"));
    if (!settings.isNone("align_corners"))
        options.align_corners(settings.flag("align_corners", false));
    if (!settings.isNone("recompute_scale_factor"))
        options.recompute_scale_factor(settings.flag("recompute_scale_factor", false));
    settings.ignore({"name"});
    const bool hasSize = !settings.isNone("size");
    const Integers size = hasSize ? settings.integers("size", 0, {}) : Integers();
    const std::vector<double> scale = settings.numbers("scale_factor", 0);
    return [=](const Tensor &x) mutable {
        const auto dimensions = static_cast<std::size_t>(x.dim() - 2);
        if (hasSize)
            options.size(size.size() == 1 ? Integers(dimensions, size.front()) : size);
        else
            options.scale_factor(scale.size() == 1 ? std::vector<double>(dimensions, scale.front()) : scale);
        return torch::nn::functional::interpolate(x, options);
    };
}

const std::map<std::string_view, Maker> &makers()
{
    static const std::map<std::string_view, Maker> all{
        {"ReLU", relu},
        {"ReLU6", relu6},
        {"LeakyReLU", leakyRelu},
        {"ELU", elu},
        {"CELU", celu},
        {"SELU", plain<at::selu>},
        {"GELU", gelu},
        {"SiLU", plain<at::silu>},
        {"Mish", plain<at::mish>},
        {"Hardswish", plain<at::hardswish>},
        {"Hardsigmoid", plain<at::hardsigmoid>},
        {"Hardtanh", hardtanh},
        {"Sigmoid", plain<at::sigmoid>},
        {"Tanh", plain<at::tanh>},
        {"LogSigmoid", plain<at::log_sigmoid>},
        {"Softplus", softplus},
        {"Threshold", threshold},
        {"Softmax", softmax<false>},
        {"LogSoftmax", softmax<true>},
        {"Dropout", dropout<at::dropout>},
        {"Dropout1d", dropout<at::feature_dropout>},
        {"Dropout2d", dropout<at::feature_dropout>},
        {"Dropout3d", dropout<at::feature_dropout>},
        {"AlphaDropout", dropout<at::alpha_dropout>},
        {"FeatureAlphaDropout", dropout<at::feature_alpha_dropout>},
        {"Identity", identity},
        {"Flatten", flatten},
        {"Unflatten", unflatten},
        {"MaxPool1d", maxPool},
        {"MaxPool2d", maxPool},
        {"MaxPool3d", maxPool},
        {"AvgPool1d", averagePool},
        {"AvgPool2d", averagePool},
        {"AvgPool3d", averagePool},
        {"AdaptiveAvgPool1d", adaptivePool<false>},
        {"AdaptiveAvgPool2d", adaptivePool<false>},
        {"AdaptiveAvgPool3d", adaptivePool<false>},
        {"AdaptiveMaxPool1d", adaptivePool<true>},
        {"AdaptiveMaxPool2d", adaptivePool<true>},
        {"AdaptiveMaxPool3d", adaptivePool<true>},
        {"ZeroPad1d", constantPad},
        {"ZeroPad2d", constantPad},
        {"ZeroPad3d", constantPad},
        {"ConstantPad1d", constantPad},
        {"ConstantPad2d", constantPad},
        {"ConstantPad3d", constantPad},
        {"ReflectionPad1d", borderPad},
        {"ReflectionPad2d", borderPad},
        {"ReflectionPad3d", borderPad},
        {"ReplicationPad1d", borderPad},
        {"ReplicationPad2d", borderPad},
        {"ReplicationPad3d", borderPad},
        {"PixelShuffle", pixelShuffle},
        {"PixelUnshuffle", pixelUnshuffle},
        {"Upsample", upsample},
        {"UpsamplingNearest2d", upsample},
        {"UpsamplingBilinear2d", upsample},
    };
    return all;
}

}  // namespace

Layer::Forward layerFunction(const Layer &layer, SettingReader &settings)
{
    const auto found = makers().find(layer.type);
    return found == makers().end() ? Forward() : found->second(layer, settings);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/layer_text.h"

#include "core/pickle/python_literal.h"
#include "core/pickle/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace waypoint {

namespace {

/// What a layer writes, word by word:
///   :x    the attribute's value alone
///   x     x=value
///   x'    x=value, text in quotes
///   x!T   x=value, unless the value (or each item of a tuple) is T
///   x+    x=True, if it is
///   x?    x=True or x=False: whether there is such a parameter
///   x-    x=False, if there is no such parameter
/// Words about attributes that an older PyTorch did not have yet are left out.
struct Layer
{
    std::string_view classes;  ///< separated by spaces
    std::string_view words;
};

constexpr std::string_view kConv = ":in_channels :out_channels kernel_size stride padding!0 dilation!1 "
                                   "output_padding!0 groups!1 bias- padding_mode!zeros";
constexpr std::string_view kLinear = "in_features out_features bias?";
constexpr std::string_view kBatchNorm = ":num_features eps momentum affine track_running_stats";

constexpr std::array kLayers{
    Layer{"Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConv1d LazyConv2d LazyConv3d",
          kConv},
    Layer{"Linear NonDynamicallyQuantizableLinear LazyLinear", kLinear},
    Layer{"Bilinear", "in1_features in2_features out_features bias?"},
    Layer{"BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d "
          "LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d",
          kBatchNorm},
    Layer{"ReLU ReLU6 SELU SiLU Mish", "inplace+"},
    Layer{"Threshold", "threshold value inplace+"},
    Layer{"RReLU", "lower upper inplace+"},
    Layer{"Hardtanh", "min_val max_val inplace+"},
    Layer{"ELU CELU", "alpha inplace+"},
    Layer{"GLU Softmin Softmax LogSoftmax", "dim"},
    Layer{"GELU", "approximate'"},
    Layer{"Hardshrink Softshrink", ":lambd"},
    Layer{"LeakyReLU", "negative_slope inplace+"},
    Layer{"Softplus", "beta threshold"},
    Layer{"PReLU", "num_parameters"},
    Layer{"Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout", "p inplace"},
    Layer{"Flatten", "start_dim end_dim"},
    Layer{"Unflatten", "dim unflattened_size"},
    Layer{"Fold", "output_size kernel_size dilation padding stride"},
    Layer{"Unfold", "kernel_size dilation padding stride"},
    Layer{"LocalResponseNorm CrossMapLRN2d", ":size alpha beta k"},
    Layer{"LayerNorm RMSNorm", ":normalized_shape eps elementwise_affine"},
    Layer{"GroupNorm", ":num_groups :num_channels eps affine"},
    Layer{"ConstantPad1d ConstantPad2d ConstantPad3d", "padding value"},
    Layer{"ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d "
          "ZeroPad1d ZeroPad2d ZeroPad3d CircularPad1d CircularPad2d CircularPad3d",
          ":padding"},
    Layer{"ChannelShuffle", "groups"},
    Layer{"PixelShuffle", "upscale_factor"},
    Layer{"PixelUnshuffle", "downscale_factor"},
    Layer{"MaxPool1d MaxPool2d MaxPool3d", "kernel_size stride padding dilation ceil_mode"},
    Layer{"MaxUnpool1d MaxUnpool2d MaxUnpool3d AvgPool1d AvgPool2d AvgPool3d", "kernel_size stride padding"},
    Layer{"LPPool1d LPPool2d LPPool3d", "norm_type kernel_size stride ceil_mode"},
    Layer{"AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d",
          "output_size"},
    Layer{"RNN LSTM GRU", ":input_size :hidden_size proj_size!0 num_layers!1 bias!True batch_first!False dropout!0 "
                          "bidirectional!False"},
    Layer{"RNNCell LSTMCell GRUCell", ":input_size :hidden_size bias!True nonlinearity!tanh"},
    Layer{"Embedding", ":num_embeddings :embedding_dim padding_idx!None max_norm!None norm_type!2 "
                       "scale_grad_by_freq!False sparse!False"},
    Layer{"EmbeddingBag", ":num_embeddings :embedding_dim max_norm!None norm_type!2 scale_grad_by_freq!False mode "
                          "padding_idx!None"},
    Layer{"Upsample UpsamplingNearest2d UpsamplingBilinear2d", "scale_factor!None size!None mode'"},
};

bool hasWord(std::string_view words, std::string_view word)
{
    for (std::size_t at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' '))
            return true;
    }
    return false;
}

bool hasAll(Value module, std::initializer_list<std::string_view> attributes)
{
    return std::ranges::all_of(attributes, [&](std::string_view name) { return module.contains(name); });
}

/// A class of somebody's own that has a layer's attributes extends it, and prints like it.
std::string_view wordsByStructure(Value module)
{
    if (hasAll(module, {"in_channels", "out_channels", "kernel_size", "output_padding", "transposed"}))
        return kConv;
    if (hasAll(module, {"num_features", "eps", "momentum", "affine", "track_running_stats"}))
        return kBatchNorm;
    if (hasAll(module, {"in_features", "out_features"}) && module["_parameters"].contains("bias"))
        return kLinear;
    return {};
}

std::string_view wordsOf(Value module)
{
    const std::string_view name = module.className();
    if (!name.starts_with("torch.nn."))
        return name.starts_with("torch.") ? std::string_view() : wordsByStructure(module);
    const std::string_view last = name.substr(name.rfind('.') + 1);
    const auto found = std::ranges::find_if(kLayers, [&](const Layer &layer) { return hasWord(layer.classes, last); });
    return found == kLayers.end() ? std::string_view() : found->words;
}

/// str() of a value: text without quotes.
std::string plain(Value value)
{
    return value.is(ValueKind::Str) ? oneLine(value.text()) : pythonText(value, {.characters = 300});
}

bool isOne(Value value, std::string_view text)
{
    double number = 0;
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isNumber = problem == std::errc() && stop == text.data() + text.size();
    return isNumber ? value.number() == number : plain(value) == text;
}

bool isEach(Value value, std::string_view text)
{
    if (!value.is(ValueKind::Tuple) && !value.is(ValueKind::List))
        return isOne(value, text);
    for (std::size_t i = 0; i < value.count(); ++i)
        if (!isOne(value.at(i), text))
            return false;
    return true;
}

bool hasParameter(Value module, std::string_view name)
{
    const Value parameter = module["_parameters"][name];
    return parameter.isValid() && !parameter.is(ValueKind::None);
}

std::optional<std::string> written(Value module, std::string_view word)
{
    const bool isAlone = word.starts_with(':');
    const std::string_view name = word.substr(isAlone ? 1 : 0, word.find_first_of("'!+?-") - (isAlone ? 1 : 0));
    const char mode = isAlone || name.size() == word.size() ? ' ' : word[name.size()];
    if (mode == '?')
        return fmt::format("{}={}", name, hasParameter(module, name) ? "True" : "False");
    if (mode == '-')
        return hasParameter(module, name) ? std::nullopt : std::optional(fmt::format("{}=False", name));
    const Value value = module[name];
    if (!value.isValid() || (mode == '!' && isEach(value, word.substr(name.size() + 1))))
        return std::nullopt;
    if (mode == '+')
        return value.integer().value_or(0) != 0 ? std::optional(fmt::format("{}=True", name)) : std::nullopt;
    const std::string text = mode == '\'' ? pythonText(value) : plain(value);
    return isAlone ? text : fmt::format("{}={}", name, text);
}

/// "Parameter containing: [torch.float32 of size 2x3]"
std::string parameterLine(Value value, bool typeName)
{
    if (!value.is(ValueKind::Tensor))
        return fmt::format("Object of type: {}", value.className());
    const TensorRef &ref = value.tensor().ref;
    const auto &storages = value.tree().storages();
    const std::string device = ref.storage < storages.size() ? storages[ref.storage].device : "cpu";
    const bool onGpu = device.starts_with("cuda:");
    std::string type = fmt::format("torch.{}", dtypeName(ref.dtype));
    if (typeName && ref.dtype == DType::Float32)
        type = onGpu ? "torch.cuda.FloatTensor" : "torch.FloatTensor";
    return fmt::format("{} containing: [{} of size {}{}]", ref.parameter ? "Parameter" : "Tensor", type,
                       fmt::join(ref.shape.begin(), ref.shape.end(), "x"),
                       onGpu ? fmt::format(" (GPU {})", device.substr(5)) : "");
}

/// ParameterList and ParameterDict list what they hold.
std::vector<std::string> parameterLines(Value module, bool typeNames)
{
    constexpr std::size_t kMost = 10'000;
    const Value parameters = module["_parameters"];
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < std::min(parameters.count(), kMost); ++i)
        lines.push_back(
            fmt::format("  ({}): {}", oneLine(keyText(parameters.key(i))), parameterLine(parameters.at(i), typeNames)));
    return lines;
}

}  // namespace

std::vector<std::string> layerLines(Value module)
{
    const std::string_view name = module.className();
    if (name == "torch.nn.modules.container.ParameterList" || name == "torch.nn.modules.container.ParameterDict")
        return parameterLines(module, name.ends_with("Dict"));
    std::string line;
    std::string_view words = wordsOf(module);
    while (!words.empty()) {
        const std::size_t end = words.find(' ');
        if (const auto part = written(module, words.substr(0, end)))
            line.append(line.empty() ? "" : ", ").append(*part);
        words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
    }
    return line.empty() ? std::vector<std::string>() : std::vector{line};
}

}  // namespace waypoint

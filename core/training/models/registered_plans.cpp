// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/registered_plans.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace waypoint {

namespace {

using Integers = std::vector<std::int64_t>;

LayerPlan simple(std::string name, std::string type, Settings settings = {})
{
    return {.name = std::move(name), .type = std::move(type), .settings = std::move(settings)};
}

LayerPlan chain(std::string name, std::vector<LayerPlan> children)
{
    LayerPlan plan = simple(std::move(name), "Sequential");
    plan.children = std::move(children);
    return plan;
}

/// As in nn.Sequential(...): children are called 0, 1, 2.
LayerPlan numbered(std::string name, std::vector<LayerPlan> children)
{
    for (std::size_t i = 0; i < children.size(); ++i)
        children[i].name = std::to_string(i);
    return chain(std::move(name), std::move(children));
}

LayerPlan linear(std::string name, std::int64_t in, std::int64_t out)
{
    return simple(std::move(name), "Linear", {{"in_features", in}, {"out_features", out}});
}

struct Window
{
    std::int64_t size;
    std::int64_t stride = 1;
    std::int64_t padding = 0;
};

LayerPlan convolution(std::string name, std::int64_t in, std::int64_t out, Window window, bool bias = true)
{
    return simple(std::move(name), "Conv2d",
                  {{"in_channels", in},
                   {"out_channels", out},
                   {"kernel_size", window.size},
                   {"stride", window.stride},
                   {"padding", window.padding},
                   {"bias", bias}});
}

LayerPlan maxPool(std::string name, Window window)
{
    return simple(std::move(name), "MaxPool2d",
                  {{"kernel_size", window.size}, {"stride", window.stride}, {"padding", window.padding}});
}

LayerPlan relu(std::string name = {}) { return simple(std::move(name), "ReLU", {{"inplace", true}}); }
LayerPlan flatten() { return simple({}, "Flatten"); }
LayerPlan batchNorm(std::string name, std::int64_t channels)
{
    return simple(std::move(name), "BatchNorm2d", {{"num_features", channels}});
}
LayerPlan averageTo(std::string name, std::int64_t side)
{
    return simple(std::move(name), "AdaptiveAvgPool2d", {{"output_size", side}});
}

LayerPlan mlpLayers(std::string name, const Integers &sizes)
{
    std::vector<LayerPlan> layers;
    for (std::size_t i = 1; i < sizes.size(); ++i) {
        if (i > 1)
            layers.push_back(relu());
        layers.push_back(linear({}, sizes[i - 1], sizes[i]));
    }
    return numbered(std::move(name), std::move(layers));
}

LayerPlan irisPlan(std::int64_t outputs) { return chain({}, {flatten(), mlpLayers("fc", {4, 8, outputs})}); }

/// conv1, pool, conv2, pool, fc1, fc2, fc3 with ReLU in between, as in PyTorch's "Training a classifier".
LayerPlan cifarNetPlan(std::int64_t outputs)
{
    return chain({},
                 {convolution("conv1", 3, 6, {.size = 5}), relu(), maxPool("pool", {.size = 2, .stride = 2}),
                  convolution("conv2", 6, 16, {.size = 5}), relu(), maxPool({}, {.size = 2, .stride = 2}), flatten(),
                  linear("fc1", 400, 120), relu(), linear("fc2", 120, 84), relu(), linear("fc3", 84, outputs)});
}

LayerPlan lenet2Plan(std::int64_t outputs)
{
    const Window half{.size = 2, .stride = 2};
    return chain({}, {numbered("features", {convolution({}, 3, 6, {.size = 5}), relu(), maxPool({}, half),
                                            convolution({}, 6, 16, {.size = 5}), relu(), maxPool({}, half)}),
                      flatten(),
                      numbered("classifier",
                               {linear({}, 400, 120), relu(), linear({}, 120, 84), relu(), linear({}, 84, outputs)})});
}

LayerPlan vgg16Plan(std::int64_t outputs)
{
    std::vector<LayerPlan> features;
    std::int64_t channels = 3;
    for (const auto &[width, repeats] :
         std::array<std::pair<std::int64_t, int>, 5>{{{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}}}) {
        for (int i = 0; i < repeats; ++i) {
            features.push_back(convolution({}, channels, width, {.size = 3, .padding = 1}));
            features.push_back(relu());
            channels = width;
        }
        features.push_back(maxPool({}, {.size = 2, .stride = 2}));
    }
    const LayerPlan dropout = simple({}, "Dropout", {{"p", 0.5}});
    return chain({}, {numbered("features", std::move(features)), averageTo("avgpool", 7), flatten(),
                      numbered("classifier", {linear({}, 512 * 7 * 7, 4096), relu(), dropout, linear({}, 4096, 4096),
                                              relu(), dropout, linear({}, 4096, outputs)})});
}

/// What tells the ResNets apart.
struct ResNetKind
{
    bool bottleneck;
    std::array<int, 4> blocks;
};

LayerPlan residualBlock(const ResNetKind &kind, std::int64_t in, std::int64_t width, std::int64_t stride)
{
    const std::int64_t out = kind.bottleneck ? 4 * width : width;
    LayerPlan block = simple({}, kind.bottleneck ? "Bottleneck" : "BasicBlock");
    const auto stage = [&](int number, std::int64_t from, std::int64_t to, Window window) {
        block.children.push_back(convolution(fmt::format("conv{}", number), from, to, window, false));
        block.children.push_back(batchNorm(fmt::format("bn{}", number), to));
    };
    if (kind.bottleneck) {
        stage(1, in, width, {.size = 1});
        stage(2, width, width, {.size = 3, .stride = stride, .padding = 1});
        stage(3, width, out, {.size = 1});
    } else {
        stage(1, in, width, {.size = 3, .stride = stride, .padding = 1});
        stage(2, width, width, {.size = 3, .padding = 1});
    }
    block.children.push_back(relu("relu"));
    if (stride != 1 || in != out)
        block.children.push_back(numbered(
            "downsample", {convolution({}, in, out, {.size = 1, .stride = stride}, false), batchNorm({}, out)}));
    return block;
}

LayerPlan resnetPlan(const ResNetKind &kind, std::int64_t outputs)
{
    std::vector<LayerPlan> layers{convolution("conv1", 3, 64, {.size = 7, .stride = 2, .padding = 3}, false),
                                  batchNorm("bn1", 64), relu("relu"),
                                  maxPool("maxpool", {.size = 3, .stride = 2, .padding = 1})};
    std::int64_t channels = 64;
    for (std::size_t i = 0; i < kind.blocks.size(); ++i) {
        const std::int64_t width = std::int64_t{64} << i;
        std::vector<LayerPlan> blocks;
        for (int block = 0; block < kind.blocks[i]; ++block) {
            blocks.push_back(residualBlock(kind, channels, width, i > 0 && block == 0 ? 2 : 1));
            channels = kind.bottleneck ? 4 * width : width;
        }
        layers.push_back(numbered(fmt::format("layer{}", i + 1), std::move(blocks)));
    }
    layers.push_back(averageTo("avgpool", 1));
    layers.push_back(flatten());
    layers.push_back(linear("fc", channels, outputs));
    return chain({}, std::move(layers));
}

std::optional<std::int64_t> positive(std::string_view text)
{
    std::int64_t number = 0;
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = problem == std::errc() && stop == text.data() + text.size();
    return whole && number > 0 && number <= 1'000'000'000 ? std::optional(number) : std::nullopt;
}

Result<RegisteredPlan> mlp(std::string_view spec, std::string_view text, std::int64_t outputs)
{
    Integers sizes;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('-'), rest.size());
        const auto size = positive(rest.substr(0, end));
        if (!size || end + 1 == rest.size()) {
            sizes.clear();
            break;
        }
        sizes.push_back(*size);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (sizes.size() < 2)
        return Error{.code = ErrorCode::BadArgument,
                     .detail = fmt::format("model '{}': the sizes of its layers are missing", spec),
                     .advice = "Name them from input to output: mlp:4-16-3"};
    if (outputs > sizes.back())
        return Error{.code = ErrorCode::BadArgument,
                     .detail =
                         fmt::format("model '{}' has {} outputs, the data needs {}", spec, sizes.back(), outputs)};
    return RegisteredPlan{.spec = std::string(spec),
                          .plan = chain({}, {flatten(), mlpLayers({}, sizes)}),
                          .sample = {sizes.front()},
                          .outputs = sizes.back()};
}

RegisteredPlan named(std::string_view name, std::int64_t outputs)
{
    const auto made = [&](LayerPlan plan, Integers sample, Initialisation how = Initialisation::Default) {
        return RegisteredPlan{
            .plan = std::move(plan), .sample = std::move(sample), .outputs = outputs, .initialisation = how};
    };
    if (name == "iris")
        return made(irisPlan(outputs), {4});
    if (name == "cifar-net")
        return made(cifarNetPlan(outputs), {3, 32, 32});
    if (name == "lenet2")
        return made(lenet2Plan(outputs), {3, 32, 32});
    if (name == "vgg16")
        return made(vgg16Plan(outputs), {3, 0, 0}, Initialisation::Vgg);
    const ResNetKind kind{.bottleneck = name == "resnet50",
                          .blocks = name == "resnet18" ? std::array{2, 2, 2, 2} : std::array{3, 4, 6, 3}};
    return made(resnetPlan(kind, outputs), {3, 0, 0}, Initialisation::ResNet);
}

std::string namesInWords()
{
    std::string words;
    for (const RegisteredName &model : registeredNames())
        words += std::string(model.name) + ", ";
    return words + "mlp:4-16-3, script:FILE, module:FILE";
}

}  // namespace

const std::vector<RegisteredName> &registeredNames()
{
    static const std::vector<RegisteredName> names{
        {"iris", "Two linear layers, 4-8-3, for the Iris flowers.", 3},
        {"cifar-net", "The small convolutional network of PyTorch's tutorial on CIFAR-10.", 10},
        {"lenet2", "The same layers as cifar-net in two Sequentials; lenet2:100 for 100 classes.", 10},
        {"vgg16", "torchvision's VGG16.", 1000},
        {"resnet18", "torchvision's ResNet with 18 layers.", 1000},
        {"resnet34", "torchvision's ResNet with 34 layers.", 1000},
        {"resnet50", "torchvision's ResNet with 50 layers.", 1000},
    };
    return names;
}

Result<RegisteredPlan> registeredPlan(std::string_view spec, std::int64_t outputs)
{
    const std::string_view name = spec.substr(0, spec.find(':'));
    const std::string_view rest = name.size() == spec.size() ? std::string_view() : spec.substr(name.size() + 1);
    if (name == "mlp")
        return mlp(spec, rest, outputs);
    const auto &names = registeredNames();
    const auto found = std::ranges::find(names, name, &RegisteredName::name);
    if (found == names.end())
        return Error{.code = ErrorCode::BadArgument,
                     .detail = fmt::format("there is no model '{}'", spec),
                     .advice = "Models: " + namesInWords()};
    const auto given = positive(rest);
    if (name.size() != spec.size() && !given)
        return Error{.code = ErrorCode::BadArgument,
                     .detail = fmt::format("model '{}': '{}' is no number of outputs", spec, rest)};
    if (given && outputs > *given)
        return Error{.code = ErrorCode::BadArgument,
                     .detail = fmt::format("model '{}' has {} outputs, the data needs {}", spec, *given, outputs)};
    RegisteredPlan plan = named(name, given ? *given : outputs > 0 ? outputs : found->outputs);
    plan.spec = plan.outputs == found->outputs && name != "lenet2" ? std::string(name)
                                                                   : fmt::format("{}:{}", name, plan.outputs);
    return plan;
}

}  // namespace waypoint

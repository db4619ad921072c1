// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace waypoint {

/// A setting of a layer, as the Python attribute has it: None, flag, number, text, numbers.
using Setting = std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                             std::vector<double>>;
using Settings = std::map<std::string, Setting, std::less<>>;

/// What a network is made of, before it takes memory: a tree of layers of torch.nn with their settings.
///
/// Types are torch.nn's class names. A Sequential runs its children in turn; BasicBlock and Bottleneck are
/// torchvision's. A child without a name is a step of somebody's forward() that is no module in Python.
struct LayerPlan
{
    std::string name;
    std::string type;
    Settings settings;
    std::vector<LayerPlan> children;
    std::uint32_t identity =
        0;  ///< layers of the same number (other than 0) are one layer that stands in several places
};

/// A tensor that a layer keeps.
struct TensorPlan
{
    std::string name;  ///< within its layer, or from the root: "weight", "features.0.weight"
    std::vector<std::int64_t> shape;
    bool parameter = true;  ///< else a buffer
    bool counter = false;   ///< int64: num_batches_tracked
};

/// The tensors of one layer, in the order of Python's state_dict. Which optional ones there are is told by the settings
/// "weight", "bias" and "running_mean" (flags; there if not said), sizes by torch.nn's own attributes.
[[nodiscard]] std::vector<TensorPlan> tensorsOfLayer(const LayerPlan &layer);

/// The same of a whole network, with names from its root.
[[nodiscard]] std::vector<TensorPlan> tensorsOfPlan(const LayerPlan &root);

/// Elements of all parameters.
[[nodiscard]] std::int64_t parameterCount(const LayerPlan &root);

/// Name of the last Linear layer ("classifier.6") and how many outputs it has; {"", 0} where there is none.
[[nodiscard]] std::pair<std::string, std::int64_t> lastLinear(const LayerPlan &root);

/// Whether a type normalises (BatchNorm2d, LayerNorm, ...): what --no-decay leaves alone.
[[nodiscard]] bool isNormType(std::string_view type);

/// 2 for "Conv2d"; 0 where the name has no such ending.
[[nodiscard]] std::size_t dimensionsOfType(std::string_view type);

}  // namespace waypoint

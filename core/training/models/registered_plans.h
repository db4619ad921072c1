// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/training/models/layer_plan.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// How weights are drawn after torch.nn's constructors have run.
enum class Initialisation {
    Default,  ///< as they are
    Vgg,      ///< convolutions kaiming_normal_ (fan_out, relu) with zero bias, Linear normal_(0, 0.01) with zero bias
    ResNet,   ///< convolutions kaiming_normal_ (fan_out, relu)
};

/// A network that --model knows by name.
struct RegisteredPlan
{
    std::string spec;  ///< that makes it again: "cifar-net", "lenet2:100"
    LayerPlan plan;
    std::vector<std::int64_t>
        sample;  ///< what it takes: {3, 32, 32}; {4} stands for anything with 4 elements, 0 for any size
    std::int64_t outputs = 0;
    Initialisation initialisation = Initialisation::Default;
};

/// A name and what to say about it.
struct RegisteredName
{
    std::string_view name;
    std::string_view description;
    std::int64_t outputs;  ///< by default
};
[[nodiscard]] const std::vector<RegisteredName> &registeredNames();

/// The network for "resnet18", "lenet2:100", "mlp:4-16-3". A number of outputs in the text counts; else `outputs`,
/// where it is not 0; else the default. BadArgument names what there is.
Result<RegisteredPlan> registeredPlan(std::string_view spec, std::int64_t outputs);

}  // namespace waypoint

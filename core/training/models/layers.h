// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/training/models/layer_plan.h"
#include "core/training/models/setting_reader.h"
#include "core/training/torch_headers.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// A layer that runs. It stays where it is: forward() refers to it.
struct Layer
{
    using Forward = std::function<at::Tensor(const at::Tensor &)>;

    Layer() = default;
    Layer(const Layer &) = delete;
    Layer &operator=(const Layer &) = delete;

    std::string type;
    std::vector<std::pair<std::string, at::Tensor>> parameters;
    std::vector<std::pair<std::string, at::Tensor>> buffers;
    std::vector<std::pair<std::string, std::shared_ptr<Layer>>> children;  ///< a name is empty where the plan's is
    bool training = true;
    Forward forward;
};

using LayerPtr = std::shared_ptr<Layer>;

/// Makes the layers of a plan, each initialised as torch.nn's constructor does, drawing from the default generator in
/// the order in which Python's constructors run. Unsupported names the layer, its class and the setting that this build
/// does not know. Throws what LibTorch throws (memory).
Result<LayerPtr> buildLayers(const LayerPlan &plan);

/// What a layer without weights does (activations, pooling, padding, dropout, shapes); empty where the type is none of
/// them. Asks `settings` for all it obeys. `layer` must outlive the function.
Layer::Forward layerFunction(const Layer &layer, SettingReader &settings);

}  // namespace waypoint

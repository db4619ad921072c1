// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/pickle/value.h"
#include "core/training/models/layer_plan.h"

#include <optional>
#include <string>

namespace waypoint {

/// The module that DataParallel, DistributedDataParallel or torch.compile wrapped; the module itself where none did.
[[nodiscard]] Value unwrapped(Value module);

/// What a pickled module is made of: layers of torch.nn with the attributes they were saved with, in Sequentials, or
/// torchvision's VGG, AlexNet and ResNet. Unsupported names the first layer that is anything else or has hooks.
/// `module` is a pickled torch.nn.Module.
Result<LayerPlan> planOfModule(Value module);

/// The name of a module at or below this one that has hooks, which are Python code; nothing where none has.
[[nodiscard]] std::optional<std::string> moduleWithHooks(Value module);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <cstdint>
#include <string>
#include <vector>

namespace waypoint {

/// A tensor of a model that an optimizer may hold.
struct ModelParameter
{
    std::string name;           ///< as in the state_dict: "conv1.weight"
    ValueId tensor;             ///< a Tensor node
    bool maybeBuffer = false;   ///< named as buffers often are: "attn.masked_bias", "position_ids"
    bool requiresGrad = false;  ///< as saved; state_dicts save False for all
};

/// The parameters of a model, in the order of model.parameters().
///
/// `model`: a state_dict, a nested dict of tensors, or a pickled torch.nn.Module. Buffers are left out: by
/// _parameters and _buffers of a module, by tensors saved as Parameters, else by name (running_mean, ...) and by
/// dtype (integers have no gradient). Tied weights are named once, by their first name.
[[nodiscard]] std::vector<ModelParameter> modelParameters(Value model);

/// Whether parameters stand sorted by name, where torch.nn would have another order: "fc.bias" before "fc.weight",
/// layer 10 before layer 2. Safetensors are, and what was made from them.
[[nodiscard]] bool areSortedByName(const std::vector<ModelParameter> &parameters);

/// Elements of all of them; what people call the size of a model.
[[nodiscard]] std::uint64_t parameterCount(Value model);

/// Whether a value is a pickled torch.nn.Module, by its attributes.
[[nodiscard]] bool isPickledModule(Value value);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <string>
#include <vector>

namespace waypoint {

/// A tensor (or NumPy array) of a model as its state_dict calls it.
struct FollowedTensor
{
    std::string name;  ///< dotted: "layer1.0.conv1.weight"
    EntryId entry = kNoEntry;
    bool isParameter = true;  ///< a buffer otherwise
};

/// The tensors of a model in its order: a state_dict, nested dicts, a pickled torch.nn.Module (without what is not
/// persistent), a module of TorchScript, lists of tensors. Names are unique: of several alike the first counts.
[[nodiscard]] std::vector<FollowedTensor> modelTensors(const Checkpoint &checkpoint, EntryId model);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/export/tensor_files.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// A module as dotted names imply it: what it holds itself, and modules within.
struct ModulePart
{
    struct Held
    {
        std::string name;  ///< "weight"
        ValueId tensor;
        bool parameter = false;  ///< otherwise a buffer
    };
    std::vector<Held> tensors;
    std::vector<std::pair<std::string, std::size_t>> modules;  ///< name, and index in the list of all
};

/// The modules that hold tensors of these names, the outermost first: "conv1.weight" is `weight` in `conv1`.
/// Parameters are those that say so; where none does (a state_dict has lost that), floating-point tensors but the
/// statistics of normalisation layers. BadArgument for names that no module can have: with an empty part, or one that
/// is both a tensor and a module.
Result<std::vector<ModulePart>> moduleTree(const ValueTree &tree, std::span<const NamedTensor> tensors);

}  // namespace waypoint

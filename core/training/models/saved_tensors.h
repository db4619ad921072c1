// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// A tensor of saved weights, under the name it would have in a state_dict.
struct SavedTensor
{
    std::string name;
    Value tensor;
};

/// All of a state_dict, of dicts of tensors within dicts (names joined by dots), of a pickled torch.nn.Module (without
/// buffers that Python does not save) or of a TorchScript module; in the order of the file. What is no tensor is passed
/// over, and so is the count that AveragedModel keeps beside its weights.
[[nodiscard]] std::vector<SavedTensor> savedTensors(Value saved);

/// A name and the shape that belongs to it.
struct NamedShape
{
    std::string name;
    std::vector<std::int64_t> shape;
};

/// How the names of a file become those of a model.
struct Renaming
{
    std::string strip;      ///< taken off the front of each name that has it: "module."
    std::string add;        ///< put in front of each name
    bool anywhere = false;  ///< `strip` is taken out wherever it stands: "layer1._orig_mod.weight"

    [[nodiscard]] std::string apply(const std::string &name) const;
};

/// Which saved tensor belongs to which of `wanted`.
struct WeightMatch
{
    Renaming renaming;
    std::vector<std::optional<std::size_t>> source;  ///< for each wanted one: index into the saved ones
    std::vector<std::size_t> unexpected;             ///< saved ones that nobody wants
};

/// Pairs by name. Where names do not fit as they are, the wrappers' prefixes (module., _orig_mod., model.) and prefixes
/// that all names have in common are taken off or put in front, whichever makes the most names fit.
[[nodiscard]] WeightMatch matchWeights(const std::vector<NamedShape> &wanted, const std::vector<SavedTensor> &saved,
                                       bool wrappersOnly = false);

/// Whether the shapes agree; a scalar may be saved as one element (before PyTorch 0.4).
[[nodiscard]] bool hasShape(Value tensor, const std::vector<std::int64_t> &shape);

}  // namespace waypoint

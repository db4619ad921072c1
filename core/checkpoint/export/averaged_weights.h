// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/export/state_dict.h"

#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// Whether a section holds averaged weights: Role::Ema, or a module pickled under a name that says so ("ema").
[[nodiscard]] bool isAverage(const Checkpoint &checkpoint, const Section &section);

/// The state_dict of a model's section: of a dict, or of a pickled module.
[[nodiscard]] StateDict weightsOf(const Checkpoint &checkpoint, const Section &section);

/// Weights with the average's values.
struct AveragedWeights
{
    StateDict dict;
    std::size_t averaged = 0;  ///< items whose values are the average's
    std::size_t kept = 0;      ///< tensors of the model that have no average: buffers as a rule
};

/// The model's state_dict, names and order, with the values of its average: by name, with or without a prefix
/// ("module." of AveragedModel, "ema_model." of ema_pytorch), by name without dots (LitEma of Stable Diffusion), or by
/// the order of parameters (shadow_params of torch_ema). BadArgument where they do not fit together.
Result<AveragedWeights> averagedWeights(const Checkpoint &checkpoint, const Section &model, const Section &average);

/// The average in a model's own state_dict, under model_ema. (Stable Diffusion); nothing where there is none.
[[nodiscard]] std::optional<AveragedWeights> averageWithin(const Checkpoint &checkpoint, const Section &model);

/// An average without its model: as it is, less the counters and the prefix of its wrapper.
Result<AveragedWeights> averageAlone(const Checkpoint &checkpoint, const Section &average);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/models/model.h"

namespace waypoint {

/// "script:FILE": a TorchScript module. A forward pass tells whether it takes samples of the shape and gives one
/// tensor. Errors name the file. Throws what LibTorch throws.
Result<ModelPtr> makeScriptModel(const ModelRequest &request);

/// "module:FILE": a pickled torch.nn.Module, rebuilt with its weights.
Result<ModelPtr> makePickledModel(const ModelRequest &request);

/// Runs two samples of zeros through the model, in evaluation and without leaving a trace in the default generator:
/// BadArgument with LibTorch's reason where the model does not take samples of that shape, or fewer outputs come than
/// the request needs; else how many outputs a sample has (0 where they are not (N, outputs)).
Result<std::int64_t> trialOutputs(Model &model, const ModelRequest &request);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <string>

namespace waypoint {

/// What a checkpoint is, in one line: "Training checkpoint · epoch 50 · SGD · MultiStepLR · 62,006 parameters",
/// "State dict · 138,357,544 parameters", "Whole module VGG · ...", "Optimizer state · Adam", "Pickle · 14 values".
///
/// Parameters are elements of tensors that can have a gradient, buffers by torch.nn's names left out, tied weights
/// once.
[[nodiscard]] std::string headline(const Checkpoint &checkpoint);

}  // namespace waypoint

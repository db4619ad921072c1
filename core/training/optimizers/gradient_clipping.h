// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/torch_headers.h"

#include <span>

namespace waypoint {

/// Scales all gradients down by one factor where their norm, taken over all of them together, is above `maxNorm`, as
/// torch.nn.utils.clip_grad_norm_ does. Returns the norm before. Parameters without a gradient are passed over.
/// `normType`: p of the norm; infinity: the largest element. Throws what LibTorch throws.
double clipGradientNorm(std::span<const at::Tensor> parameters, double maxNorm, double normType = 2);

}  // namespace waypoint

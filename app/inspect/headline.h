// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <string>

namespace waypoint {

/// What a file is, in one line: "Training checkpoint · epoch 50 · SGD · MultiStepLR · 15 tensors · 248 KB".
[[nodiscard]] std::string headline(const Checkpoint &checkpoint);

}  // namespace waypoint

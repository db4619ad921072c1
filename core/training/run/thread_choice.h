// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/loss.h"
#include "core/training/run/training_state.h"

#include <cstdint>

namespace waypoint {

/// How many threads make this run's steps fastest here, by trying: on a small virtual machine two that spin can be ten
/// times slower than one. Forward and backward passes in eval mode, so that nothing the run depends on changes. Leaves
/// that number set. On other devices than the CPU: 1.
Result<std::int64_t> chooseThreads(TrainingState &state, const Loss &loss);

}  // namespace waypoint

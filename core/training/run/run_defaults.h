// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/run/run_config.h"

#include <filesystem>

namespace waypoint {

/// Fills in what was left open: model, epochs, batch size, optimizer, loss, monitor, log and reader intervals, by the
/// data. (The learning rate is the optimizer's own where it is 0.) BadArgument where a number makes no sense.
Result<RunConfig> withDefaults(RunConfig config, const Datasets &data);

/// The same with every file and folder in model, data, val and init named from the root, so that the run can be resumed
/// from anywhere. `folder`: what relative paths are relative to.
[[nodiscard]] RunConfig withAbsolutePaths(RunConfig config, const std::filesystem::path &folder);

}  // namespace waypoint

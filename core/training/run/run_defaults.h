// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/run/run_config.h"

namespace waypoint {

/// Fills in what was left open: model, epochs, batch size, optimizer, loss, monitor, log and reader intervals, by the data.
/// (The learning rate is the optimizer's own where it is 0.) BadArgument where a number makes no sense.
Result<RunConfig> withDefaults(RunConfig config, const Datasets &data);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/metrics/curve_table.h"

#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// What one checkpoint says of the moment it was saved at.
struct CheckpointScalars
{
    RecordPlace place;
    std::vector<std::pair<std::string, double>> values;  ///< losses, metrics, learning rates; names are unique
};

/// From the parts of a checkpoint: epoch, step, losses, metrics, dicts named metrics, the learning rate of each group.
[[nodiscard]] CheckpointScalars checkpointScalars(const Checkpoint &checkpoint);

/// The same with what the file's name adds where the content says nothing: "epoch=3-val_loss=0.21.ckpt".
[[nodiscard]] CheckpointScalars withName(CheckpointScalars scalars, const std::filesystem::path &file);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <filesystem>
#include <vector>

namespace waypoint {

/// The files that a checkpoint is read from, as far as they are there: itself; the shards beside an index; what lies in
/// a folder.
[[nodiscard]] std::vector<std::filesystem::path> inputFiles(const Checkpoint &checkpoint);

/// BadArgument where writing `targets` would replace a file that the checkpoint is read from, also by way of a link.
Result<void> checkNotInput(const Checkpoint &checkpoint, const std::vector<std::filesystem::path> &targets);

}  // namespace waypoint

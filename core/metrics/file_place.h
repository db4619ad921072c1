// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curve_table.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// Epoch and step that a checkpoint's name tells: "epoch=3-step=400.ckpt", "checkpoint-500". A lone number without a
/// telling word ("model_0004999.pth") is the step, a small one ("net_12.pth") the epoch.
[[nodiscard]] RecordPlace placeInName(const std::filesystem::path &file);

/// The other numbers of a name, by what stands before them: "ckpt_epoch12_loss0.31" -> loss 0.31.
[[nodiscard]] std::vector<std::pair<std::string, double>> valuesInName(const std::filesystem::path &file);

}  // namespace waypoint

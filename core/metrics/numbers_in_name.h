// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waypoint {

/// What a file's name says: "epoch=3-val_loss=0.21" -> epoch 3, val_loss 0.21; "ckpt_epoch12_acc0.93",
/// "model_0004999", "checkpoint-500". A number takes the words right before it as its name; words without a number
/// count for nothing.
[[nodiscard]] std::vector<std::pair<std::string, double>> numbersInName(std::string_view stem);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waypoint {

/// What a list of checkpoints says of each: told by what is inside, and by the file's name where the inside is silent.
struct CheckpointFacts
{
    enum class Kind { Resumable, ModelOnly, Other };  ///< Resumable: weights and an optimizer
    Kind kind = Kind::Other;
    std::optional<std::int64_t> epoch;
    std::optional<std::int64_t> step;
    std::optional<double> loss;
    std::vector<std::pair<std::string, double>> metrics;  ///< "accuracy/val", "best_acc1", in the file's order
    bool isWaypoint = false;                              ///< written by waypoint-train
    bool fromName = false;                                ///< some of it was only told by the file's name

    bool operator==(const CheckpointFacts &) const = default;
};

/// Reads no tensor's data beyond single numbers.
[[nodiscard]] CheckpointFacts factsOf(const Checkpoint &checkpoint, std::string_view fileName);

/// What a name alone tells: "epoch_0009.pth", "ckpt_best_50.pth", "model-epoch=12-val_loss=0.34.ckpt",
/// "resnet_e30_acc0.91.pt", "checkpoint-1500".
[[nodiscard]] CheckpointFacts factsInName(std::string_view fileName);

/// The loss that a list compares checkpoints by: the validation loss where there is one, else `loss`; with its name.
[[nodiscard]] std::optional<std::pair<std::string, double>> tellingLoss(const CheckpointFacts &facts);

/// The metric that a list compares checkpoints by: on validation data where there is one, an accuracy before others.
[[nodiscard]] std::optional<std::pair<std::string, double>> tellingMetric(const CheckpointFacts &facts);

/// Whether a value of this name should fall: "loss", "perplexity", "val_wer", "fid".
[[nodiscard]] bool isBetterLower(std::string_view name);

}  // namespace waypoint

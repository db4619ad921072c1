// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/fields.h"

#include <optional>
#include <string_view>

namespace waypoint {

/// A number, or a tensor or array that holds a single one.
[[nodiscard]] bool isNumber(Value value);

/// A number that can only be an integer: an int, or a tensor of integers with one element.
[[nodiscard]] bool isWholeNumber(Value value);

/// State of a random number generator: torch's (uint8 tensors), Python's and NumPy's (tuples), or lists and dicts
/// of them. `label` decides for CUDA's, 16 bytes that might be anything.
[[nodiscard]] bool isRng(Value value, std::string_view label);

/// torch.cuda.amp.GradScaler, apex's amp, or DeepSpeed's loss scaler.
[[nodiscard]] bool isScaler(Value value, const Fields &fields);

/// A record over time: a list of two or more numbers, of dicts of numbers, an array, a dict of such columns, mmengine's
/// HistoryBuffers. Nothing where it is none; likely where only the numbers speak for it.
[[nodiscard]] std::optional<Certainty> curveCertainty(Value value, std::string_view label);

/// Classes that hold settings: argparse.Namespace, OmegaConf's DictConfig, TrainingArguments, ...
[[nodiscard]] bool isSettingsClass(std::string_view className);

/// How many keys of a dict are usual names of settings: "lr", "batch_size", "dropout", ...
[[nodiscard]] std::size_t settingsKeys(const Fields &fields);

}  // namespace waypoint

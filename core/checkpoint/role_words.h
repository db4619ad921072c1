// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Words of a name in lower case: "optimizerG_state_dict" -> optimizer, g, state, dict; "val_acc1" -> val, acc, 1.
[[nodiscard]] std::vector<std::string> wordsOf(std::string_view name);

[[nodiscard]] bool hasWord(const std::vector<std::string> &words, std::initializer_list<std::string_view> wanted);

/// Insertions, removals, replacements and swaps of neighbours that turn one text into the other; `most` + 1 where
/// it takes more than `most`.
[[nodiscard]] std::size_t editDistance(std::string_view a, std::string_view b, std::size_t most);

/// What a number under a name is for.
struct NumberRole
{
    Role role = Role::Epoch;  ///< Epoch, Step, Loss or Metric
    Certainty certainty = Certainty::Certain;
    bool misspelt = false;

    bool operator==(const NumberRole &) const = default;
};

/// By its name alone: "epoch", "global_step", "val_loss", "best_acc1", "epcoh". `whole`: the number is an integer.
[[nodiscard]] std::optional<NumberRole> numberRole(std::string_view name, bool whole);

/// Whether a name speaks of averaged weights: "state_dict_ema", "model_ema", "shadow_params", "swa_model".
[[nodiscard]] bool saysAveraged(std::string_view name);

/// Whether a name speaks of settings: "args", "hyper_parameters", "cfg", "train_args".
[[nodiscard]] bool saysSettings(std::string_view name);

/// Whether a name speaks of a record over time: "train_losses", "history", "val_acc", "lrs".
[[nodiscard]] bool saysCurve(std::string_view name);

/// What remains of a name when the words for its role are gone, so that "modelA_state_dict" and
/// "optimizerA_state_dict" (a), "netG" and "generator_optimizer" (g) meet. Empty for "model", "optimizer", "net".
[[nodiscard]] std::string distinguishingWords(std::string_view name);

}  // namespace waypoint

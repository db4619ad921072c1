// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/global_use.h"

#include <span>
#include <string>

namespace waypoint {

/// The worst of a file's names; Safe where it has none.
[[nodiscard]] Safety verdictOf(std::span<const GlobalUse> globals);

/// Whether torch.load(weights_only=True) lets every name through.
[[nodiscard]] bool passesWeightsOnly(std::span<const GlobalUse> globals);

/// A few indented lines: what the names amount to, each dangerous one with its reason and place, each unknown one.
[[nodiscard]] std::string safetyText(std::span<const GlobalUse> globals);

}  // namespace waypoint

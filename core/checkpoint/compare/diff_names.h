// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// The dotted name of a tensor below its section, as state_dict() would call it: labels joined by dots, without what a
/// pickled torch.nn.Module keeps between them (_modules, _parameters, _buffers).
[[nodiscard]] std::string dottedName(std::span<const std::string> labels);
/// Whether a label is one of those three.
[[nodiscard]] bool isModulePart(std::string_view label);

/// A name without what wrappers add: "_orig_mod", "module" and their kin anywhere, "model", "net" and their kin in
/// front. Never empty for a name that is not.
[[nodiscard]] std::string unwrappedName(std::string_view name);

/// Letters and digits alone: averages of weights are often kept as buffers, whose names may have no dots.
[[nodiscard]] std::string squeezedName(std::string_view name);

/// A name taken apart: "a.b.c" -> a, b, c.
[[nodiscard]] std::vector<std::string_view> partsOfName(std::string_view name);

/// Order of names in which numbers count by their value: "h.2" before "h.10".
[[nodiscard]] bool comesBefore(std::string_view a, std::string_view b);

/// "layer1.0.conv1" of "layer1.0.conv1.weight"; empty for a name without a dot.
[[nodiscard]] std::string_view layerOfName(std::string_view name);
/// "weight" of "layer1.0.conv1.weight".
[[nodiscard]] std::string_view lastPartOfName(std::string_view name);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <string>

namespace waypoint {

/// Whether a value is a pickled torch.nn.Module (an Object whose state has _modules and _parameters), or a module
/// of a TorchScript archive.
[[nodiscard]] bool isModule(Value value);

/// The module as Python's print(model) shows it in current PyTorch; ModuleLists are not folded. Classes of somebody's
/// own show their submodules, as PyTorch does where they do not say otherwise. Nesting beyond 100 levels and text
/// beyond 4 MB are cut with "…". Requires: isModule(value).
[[nodiscard]] std::string moduleText(Value value);

}  // namespace waypoint

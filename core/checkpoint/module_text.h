// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <string>

namespace waypoint {

/// Whether a value is a pickled torch.nn.Module: an Object whose state has _modules and _parameters.
[[nodiscard]] bool isModule(Value value);

/// The module as Python's print(model) shows it. Requires: isModule(value).
[[nodiscard]] std::string moduleText(Value value);

}  // namespace waypoint

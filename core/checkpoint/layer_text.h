// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <string>
#include <vector>

namespace waypoint {

/// What a layer of torch.nn writes about itself between its parentheses (Module.extra_repr()), line by line:
/// "in_features=4, out_features=8, bias=True" for a Linear; nothing for classes that write nothing.
/// Classes outside torch.nn that have a layer's attributes are taken to extend it.
/// Requires: `module` is an Object whose state has _parameters.
[[nodiscard]] std::vector<std::string> layerLines(Value module);

}  // namespace waypoint

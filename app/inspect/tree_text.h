// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/tree_json.h"

#include <cstddef>
#include <functional>
#include <string_view>

namespace waypoint {

/// `waypoint-inspect tree` for people: what the file is, its parts, its entries in aligned columns, the names it
/// uses, and at the end what is wrong with it. Lines fit `width` columns; 0 does not cut.
void writeTreeText(const Checkpoint &checkpoint, std::string_view file, const TreeOptions &options, std::size_t width,
                   const std::function<void(std::string_view)> &write);

}  // namespace waypoint

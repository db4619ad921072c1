// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace waypoint {

// Files of resources/data/, built in.
[[nodiscard]] std::string_view irisTable();
[[nodiscard]] std::string_view digitsTable();

}  // namespace waypoint

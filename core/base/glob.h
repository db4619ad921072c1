// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace waypoint {

/// Shell-style: `*` any text (also '/'), `?` one character, `[a-c]` `[!a-c]` one of a set. Both in UTF-8.
[[nodiscard]] bool globMatches(std::string_view pattern, std::string_view text);

}  // namespace waypoint

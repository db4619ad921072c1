// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace waypoint {

/// What a process wrote after its last line of progress: there it says why it dies.
[[nodiscard]] std::string_view afterProgress(std::string_view log);

/// The last line with something in it, without spaces around it.
[[nodiscard]] std::string lastLine(std::string_view log);

/// The last line that holds `phrase` in whatever case; empty where none does.
[[nodiscard]] std::string lineWith(std::string_view log, std::string_view phrase);

}  // namespace waypoint

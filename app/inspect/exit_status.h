// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace waypoint {

/// What the process tells its caller; scripts rely on the numbers.
enum class ExitStatus {
    Done = 0,
    WrongArguments = 1,
    Unreadable = 2,  ///< the file cannot be read or written
    Dangerous = 3,   ///< scan found a name that could run code; outranks Unreadable
};

/// The one line that says why `file` cannot be read: which file, at which byte, what was expected, what to try.
/// Without the line break, and harmless to a terminal.
[[nodiscard]] std::string errorLine(std::string_view file, const Error &error);

/// Writes errorLine() to standard error. Returns Unreadable.
ExitStatus reportUnreadable(std::string_view file, const Error &error);

/// Writes to standard output, whole. A full disk or a closed pipe is remembered for outputFailed().
void writeOutput(std::string_view text);

/// Flushes standard output; whether any of it was lost. Reports the loss on standard error, once.
[[nodiscard]] bool outputFailed();

}  // namespace waypoint

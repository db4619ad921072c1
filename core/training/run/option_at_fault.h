// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace waypoint {

/// The option that a run does not start for, as in run.json ("lr", "scheduler_arg"): the one the error names, else the
/// one that decides what was being prepared, else the one that the advice is to give. Empty where it is none.
[[nodiscard]] std::string optionAtFault(const Error &error, std::string_view preparing);

}  // namespace waypoint

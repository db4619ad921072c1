// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <string>

namespace waypoint {

/// The settings in a scheduler's state_dict as people write them: "milestones 30, 60, gamma 0.1"; for schedulers made
/// of others those with theirs. On one line, harmless to a terminal.
[[nodiscard]] std::string scheduleSettings(Value state);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>

namespace waypoint {

/// The error for people, on one line: what is wrong, at which byte, the facts, what to try.
/// "The file ends too early at byte 1,234 (zip: entry 'data/3' runs past the end). Copy or download it again."
[[nodiscard]] std::string describe(const Error &error);

}  // namespace waypoint

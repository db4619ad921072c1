// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace waypoint {

/// WriteFailed for `path`, with what the system's error number means in words and what to try against it.
[[nodiscard]] Error writeError(int number, const std::filesystem::path &path);

}  // namespace waypoint

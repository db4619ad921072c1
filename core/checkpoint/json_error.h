// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <string_view>

namespace waypoint {

/// What nlohmann's JSON parser says, as one of our errors. `position` counts bytes read, from 1;
/// `message` is the exception's text, of which only the explanation is kept.
[[nodiscard]] Error jsonError(std::size_t position, std::string_view message);

}  // namespace waypoint

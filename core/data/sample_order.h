// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace waypoint {

/// sampleOrder() into memory that is there already.
void fillSampleOrder(std::span<std::int64_t> order, std::uint64_t seed, std::int64_t epoch, bool shuffle);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curves.h"

#include <cstddef>

namespace waypoint {

/// Makes x rise (never fall). A curve that goes back a few times was resumed from an earlier point: what came before
/// from there on is cut. One that goes back all the time has no such order and is sorted. Returns the points cut.
std::size_t putInOrder(Curve &curve);

}  // namespace waypoint

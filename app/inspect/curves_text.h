// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curves.h"

#include <functional>
#include <string_view>

namespace waypoint {

/// The curves for people: a row each with its first, last, lowest and highest value and where those are, and its shape
/// in a few characters; then what was left out.
void writeCurvesText(const RunCurves &run, const std::function<void(std::string_view)> &write);

}  // namespace waypoint

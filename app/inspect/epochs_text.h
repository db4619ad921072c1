// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/epochs_report.h"

#include <functional>
#include <string_view>

namespace waypoint {

/// For people: a line for each file with its numbers, the best one marked; a line for each parameter with its norm, its
/// change and the course of its updates; sentences about what is frozen, dead or broken.
void writeEpochsText(const EpochsReport &report, const std::function<void(std::string_view)> &write);

}  // namespace waypoint

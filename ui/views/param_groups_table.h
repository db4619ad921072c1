// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <span>
#include <string>

class QTableWidget;

namespace waypoint {

/// Fills `table` with an optimizer's param_groups: a row for each option, a column for each group. Options that differ
/// between groups stand out. `names` are the optimizer's parameters in the order of its state; may be empty.
void fillParamGroups(QTableWidget *table, Value groups, std::span<const std::string> names);

/// Whether a value looks like param_groups: a list of dicts that have "params".
[[nodiscard]] bool isParamGroups(Value value);

}  // namespace waypoint

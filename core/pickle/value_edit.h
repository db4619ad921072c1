// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_copy.h"

namespace waypoint {

/// Copies a value into another tree with changes: ValueCopy for a single value. None for an invalid or dropped root.
ValueId copyWithChanges(const ValueTree &from, ValueId root, ValueTree &into, const ChangeValue &change);

}  // namespace waypoint

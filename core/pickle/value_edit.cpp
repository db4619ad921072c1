// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value_edit.h"

namespace waypoint {

ValueId copyWithChanges(const ValueTree &from, ValueId root, ValueTree &into, const ChangeValue &change)
{
    return ValueCopy(from, into, change).copy(root);
}

}  // namespace waypoint

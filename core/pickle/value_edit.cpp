// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value_edit.h"

namespace waypoint {

ValueId copyWithChanges(const ValueTree &, ValueId, ValueTree &into, const std::function<ValueChange(ValueId)> &)
{
    return into.addNone();
}

}  // namespace waypoint

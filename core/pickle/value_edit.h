// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <functional>
#include <optional>

namespace waypoint {

/// What becomes of a value in a copy.
struct ValueChange
{
    enum class Act {
        Keep,     ///< as it is, with what it holds
        Drop,     ///< gone: a dict's pair, a set's item; in lists, tuples and arguments, whose places count, None
        Replace,  ///< `with`, made in the new tree
    };
    Act act = Act::Keep;
    ValueId with = {};
};

/// Copies a value into another tree with changes. Asked once for each value before anything is made of it; what is
/// shared stays shared, what contains itself does so afterwards. Storages that nothing in the copy looks at are left
/// out.
///
/// `change` may add to `into`. None for an invalid or dropped root.
ValueId copyWithChanges(const ValueTree &from, ValueId root, ValueTree &into,
                        const std::function<ValueChange(ValueId)> &change);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <span>
#include <string_view>

namespace waypoint {

/// A key of a dict and what it is to become.
struct NewValue
{
    std::string_view key;
    ValueId value;
};

/// A copy of a dict with some values replaced, or added at the end where the key is new. Keys in `without` are left
/// out.
[[nodiscard]] ValueId copyDict(Value dict, ValueTree &into, std::span<const NewValue> changes,
                               std::span<const std::string_view> without = {});

}  // namespace waypoint

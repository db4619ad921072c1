// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

namespace waypoint {

/// How two values compare.
enum class ValueLikeness {
    Equal,     ///< as Python's ==, and of the same type; NaN equals NaN
    TypeOnly,  ///< equal but for the type: 1 and 1.0, True and 1, (1, 2) and [1, 2], a NumPy scalar and a Python one
    Different,
};

/// Compares two rows and all below them. Long text is read from the file; what cannot be read counts as different.
[[nodiscard]] ValueLikeness compareValues(const Checkpoint &a, EntryId rowOfA, const Checkpoint &b, EntryId rowOfB);

}  // namespace waypoint

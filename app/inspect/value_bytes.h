// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <string>

namespace waypoint {

/// The bytes of a Str (UTF-8) or Bytes value, from the tree or from the file. TooLarge beyond `most`.
Result<std::string> bytesOf(const ValueTree &values, ValueId id, ByteCount most);

}  // namespace waypoint

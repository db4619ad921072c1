// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"

#include <string>

namespace waypoint {

/// The bytes of a Str (UTF-8) or Bytes value, from the tree or from the file. TooLarge beyond `most` bytes, as stored.
Result<std::string> bytesOf(const ValueTree &values, ValueId id, ByteCount most);

/// Its first `most` bytes, or fewer where it has no more.
Result<std::string> firstBytesOf(const ValueTree &values, ValueId id, ByteCount most);

}  // namespace waypoint

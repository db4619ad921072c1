// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/random_access_file.h"

#include <string>

namespace waypoint {

/// Bytes that a pickle of protocol 2 or older holds as text, one character a byte, as a file of bytes. The
/// text is UTF-8 and lies in `range` of `file`; it is decoded as it is read and never held whole.
///
/// Looks through the text once, to know how long it is. Error: Corrupt at a character that stands for no byte.
Result<FilePtr> latin1File(FilePtr file, ByteRange range, std::string name);

}  // namespace waypoint

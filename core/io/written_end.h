// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/random_access_file.h"

namespace waypoint {

/// Zeros that a crash leaves come in sectors and more; shorter runs can be data.
inline constexpr std::uint64_t kZeroTail = 512;

/// End of what was written: the file's size, or where a run of zeros begins that lasts to the end and is at least
/// kZeroTail long or fills the last sector, as a crash leaves of a file whose blocks never reached the disk. Reads those
/// zeros and little more.
Result<ByteOffset> writtenEnd(const RandomAccessFile &file);

}  // namespace waypoint

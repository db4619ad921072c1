// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/io/random_access_file.h"
#include "core/io/zip_entry.h"

#include <optional>

namespace waypoint {

/// The members of an archive without a usable directory (a download that stopped), found by walking from one local
/// header to the next. One pass: members whose size is known are skipped, the others searched for their end.
/// `reason` is why the directory could not be used, where there was one.
/// Truncated or Corrupt where not even one member can be found.
Result<ZipDirectory> recoverZipDirectory(const RandomAccessFile &file, ByteOffset start, const Limits &limits,
                                         const std::optional<Error> &reason);

}  // namespace waypoint

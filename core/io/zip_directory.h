// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/io/random_access_file.h"
#include "core/io/zip_entry.h"

namespace waypoint {

/// The members of a zip archive from its central directory; where that is lost, from the members themselves.
/// NotACheckpoint where the file is no zip at all.
Result<ZipDirectory> readZipDirectory(const RandomAccessFile &file, const Limits &limits);

}  // namespace waypoint

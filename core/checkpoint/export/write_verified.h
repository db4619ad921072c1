// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/atomic_file.h"

#include <filesystem>
#include <functional>
#include <stop_token>

namespace waypoint {

/// Writes the content of a new file; what it writes is checked and published by others.
using FillFile = std::function<Result<void>(AtomicFile &)>;

/// A file that `fill` writes: flushed, read back, and only then under its name. `bytes` is its size beforehand, for
/// `progress`. Errors as AtomicFile's, and those of `fill`.
Result<void> writeVerified(const std::filesystem::path &path, ByteCount bytes, Progress *progress,
                           const std::stop_token &stop, const FillFile &fill);

}  // namespace waypoint

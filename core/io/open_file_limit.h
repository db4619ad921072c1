// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>

namespace waypoint {

/// Makes room for so many more open files: raises this process's soft limit (RLIMIT_NOFILE) as far as the hard one
/// allows. ReadFailed with both numbers and what to try where that does not do. Any thread.
Result<void> ensureOpenFiles(std::size_t more);

}  // namespace waypoint

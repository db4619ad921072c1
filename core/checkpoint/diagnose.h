// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"

namespace waypoint {

/// What a file that no reader recognises is instead: a Git LFS pointer, a web page, an empty file, ...
/// NotACheckpoint (or Truncated, Encrypted) with the name of what it is and what to try.
[[nodiscard]] Error diagnoseUnknown(const Source &source);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/losses.h"
#include "core/io/random_access_file.h"

namespace waypoint {

/// The file without the zeros that a crash left at its end, which is noted; the file itself where there are none.
FilePtr writtenPart(FilePtr file, Losses &losses);

}  // namespace waypoint

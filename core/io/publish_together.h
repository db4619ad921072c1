// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/atomic_file.h"

#include <span>

namespace waypoint {

/// Publishes files that belong together, in this order: all, or none. Where one cannot be, those that were there before
/// have their names again and new ones are gone. Whoever looks meanwhile may see some of them, and so may who comes
/// after a power cut: the file that names the others should be the last. Requires: all are finished.
Result<void> publishTogether(std::span<AtomicFile> files);

}  // namespace waypoint

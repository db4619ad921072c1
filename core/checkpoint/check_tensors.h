// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

namespace waypoint {

/// Compares what the tensors say with what is in the file and adds a warning, with the entry it is about, for
/// storages that are absent or cut short and for views that run out of their storage. Nothing is read.
/// Requires: values and entries are set.
void checkTensors(Checkpoint &checkpoint);

}  // namespace waypoint

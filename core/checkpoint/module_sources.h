// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

namespace waypoint {

/// Until 1.5, torch.save stored a module's source code with its class, in persistent ids. Notes for each class
/// among the nodes from `first` on where its source came from, as a fact of the container.
/// Requires: persistent ids are not resolved yet.
void noteModuleSources(ValueId first, Checkpoint &into);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/losses.h"

#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// What there is of a storage.
struct StorageState
{
    ByteCount there;       ///< bytes from its start that can be used; all of them, some or none
    bool checked = false;  ///< a checksum says that they are right
    bool found = false;    ///< not where the container says: a record of it is damaged
    std::string reason;    ///< why it is not there as a whole; what follows "its data", "it"
};

/// Reads every storage of `checkpoint` on all cores, compares checksums where there are any, and looks elsewhere in the
/// file for what is not where it should be: those storages then have a source that leads there. Cancelled within one
/// block. `progress` counts bytes of storages and is given its total.
Result<std::vector<StorageState>> checkStorages(Checkpoint &checkpoint, const Losses &losses,
                                                const std::stop_token &stop, Progress *progress);

}  // namespace waypoint

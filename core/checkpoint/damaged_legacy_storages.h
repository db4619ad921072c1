// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"
#include "core/checkpoint/torch_types.h"

#include <optional>

namespace waypoint {

/// locateLegacyStorages() for a file of which anything may be wrong: the list of keys (`keys` are invalid, or not all
/// of them), a count before a storage, the end of the file. What the pickle of the object says of the storages
/// outweighs both, and PyTorch sorts the keys, so that storages are found without the list, too.
///
/// `listAt` is where the list begins, `start` where the data should. Storages that the file ends within have a source
/// for what is there. Requires: `options.losses` is not null.
void locateDamagedLegacyStorages(const FilePtr &file, ByteOffset listAt, std::optional<Value> keys, ByteOffset start,
                                 const TorchTypes &types, const OpenOptions &options, Checkpoint &into);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/torch_types.h"

namespace waypoint {

/// Finds the storages behind a legacy stream's pickles, from `start` on: for each of `keys` a count of elements (8
/// bytes, little-endian) and the elements. Only the counts are read. Fills in where each storage of `types` is.
///
/// A file that ends early, a count that contradicts the pickle and a key that nothing uses give warnings.
/// Source: torch/csrc/generic/serialization.cpp, THPStorage_writeFileRaw.
void locateLegacyStorages(const FilePtr &file, ByteOffset start, Value keys, const TorchTypes &types,
                          const OpenOptions &options, Checkpoint &into);

}  // namespace waypoint

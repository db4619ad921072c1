// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"

namespace waypoint {

/// The first reader that recognises `source`, or null.
[[nodiscard]] const CheckpointReader *findReader(const Source &source);

// One reader per container, each defined beside its format. Only the registry and a reader that knows
// what its parts must be (an index its shards) need them by name; everybody else calls readSource().

/// torch.save since 1.6, TorchScript, C++ torch::save.
const CheckpointReader &torchZipReader();
/// torch.save from 0.1.10 to 1.5: a stream that begins with a magic number.
const CheckpointReader &torchLegacyReader();
/// torch.save before 0.1.10: a tar.
const CheckpointReader &torchTarReader();
const CheckpointReader &safetensorsReader();
/// model.safetensors.index.json and pytorch_model.bin.index.json: which shard has which tensor.
const CheckpointReader &indexReader();
/// torch.distributed.checkpoint: a folder with .metadata and *.distcp.
const CheckpointReader &dcpReader();
/// A zip or a folder whose members are checkpoints.
const CheckpointReader &archiveReader();
/// pickle.dump of anything.
const CheckpointReader &pickleReader();

}  // namespace waypoint

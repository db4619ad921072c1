// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/base/units.h"
#include "core/pickle/value.h"
#include "core/tensor/dtype.h"
#include "core/tensor/small_dims.h"

#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// Where one saved piece lies: a file of the checkpoint's folder and the bytes in it.
struct DcpPlace
{
    std::string file;
    ByteRange range;
    bool transformed = false;  ///< compressed or otherwise changed by an extension
};

/// A block of a tensor and where it is; no place where the metadata has none.
struct DcpChunk
{
    SmallDims offsets;
    SmallDims sizes;
    std::optional<DcpPlace> place;
};

/// One entry of a distributed checkpoint: a tensor in blocks, or any other value in a place of its own.
struct DcpItem
{
    std::string name;  ///< flat: "optimizer.state.0.exp_avg"
    bool tensor = false;
    DType dtype = DType::Unknown;
    bool requiresGrad = false;
    SmallDims shape;
    std::vector<DcpChunk> chunks;
    std::optional<DcpPlace> place;  ///< of a value that is no tensor
    /// Keys from the root as the planner took the object apart: Str and Int nodes; empty where it says nothing.
    std::vector<ValueId> path;
};

/// Whether `head` begins the pickle of torch.distributed.checkpoint.metadata.Metadata.
[[nodiscard]] bool looksLikeDcpMetadata(std::string_view head);

/// Takes the resolved pickle of a `.metadata` file apart. Errors: Corrupt where it is no Metadata.
/// Source: torch/distributed/checkpoint/metadata.py, filesystem.py (_StorageInfo).
Result<std::vector<DcpItem>> dcpItems(Value metadata, const Limits &limits);

}  // namespace waypoint

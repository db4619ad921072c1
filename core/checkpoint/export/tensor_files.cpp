// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/tensor_files.h"

namespace waypoint {

Result<void> writeNpz(const std::filesystem::path &, const ValueTree &, std::span<const NamedTensor>,
                      const TensorFileOptions &, const std::stop_token &)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
Result<void> writeLibTorchArchive(const std::filesystem::path &, const ValueTree &, std::span<const NamedTensor>,
                                  const TensorFileOptions &, const std::stop_token &)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
ByteCount npzBytes(const ValueTree &, std::span<const NamedTensor>) { return {}; }
std::vector<Shard> shardsOf(const ValueTree &, std::span<const NamedTensor>, ByteCount) { return {}; }
Result<std::vector<std::filesystem::path>> writeShards(const std::filesystem::path &, const ValueTree &,
                                                       std::span<const Shard>, bool, const TensorFileOptions &,
                                                       const std::stop_token &)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}

}  // namespace waypoint

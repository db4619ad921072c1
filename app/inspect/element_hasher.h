// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// SHA-256 of the elements of tensors and arrays and of byte strings, for `--sha256`. One thread.
///
/// A value that is reached twice is hashed once. A file can describe far more elements than it has bytes (a
/// stride of 0 repeats them), so the work is limited by the size of the file; what is left out is a warning.
class ElementHasher
{
public:
    /// Requires: `checkpoint` outlives this.
    explicit ElementHasher(const Checkpoint &checkpoint);

    /// 64 digits; empty where `value` has no bytes of its own, or where they are missing or cannot be read.
    [[nodiscard]] std::string sha256(ValueId value);

    /// What could not be hashed although its bytes should be there: one sentence each.
    [[nodiscard]] const std::vector<std::string> &warnings() const { return m_warnings; }

private:
    Result<std::string> hash(ValueId value);
    Result<std::string> hashTensor(const TensorRef &ref);
    Result<std::string> hashArray(const ArrayValue &array);
    Result<std::string> hashBytes(ValueId value);
    bool spend(ByteCount bytes);

    const Checkpoint &m_checkpoint;
    std::uint64_t m_bytesLeft;
    std::unordered_map<std::uint32_t, std::string> m_known;
    std::vector<std::string> m_warnings;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/tensor/dtype.h"
#include "core/tensor/small_dims.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waypoint {

/// One tensor as a safetensors header describes it.
struct SafetensorsEntry
{
    std::string name;
    DType dtype = DType::Unknown;
    std::string dtypeText;  ///< only where `dtype` is Unknown
    SmallDims shape;
    std::uint64_t begin = 0;  ///< offsets from the first byte after the header
    std::uint64_t end = 0;
};

struct SafetensorsHeader
{
    std::vector<SafetensorsEntry> tensors;                      ///< in the order of the header
    std::vector<std::pair<std::string, std::string>> metadata;  ///< of `__metadata__`
    std::uint64_t dataBytes = 0;                                ///< what all tensors together announce
    std::vector<std::string> warnings;                          ///< one sentence each
};

/// Element type for a name of the format ("F32", "BF16", "F8_E4M3"); Unknown for others.
[[nodiscard]] DType safetensorsDType(std::string_view name);

/// The name of an element type that every reader of the format knows; empty for the others, which only some write
/// (complex32, complex128), and for those it lacks.
[[nodiscard]] std::string_view safetensorsName(DType dtype);

/// Reads the JSON of a header and checks it as the safetensors library does: tensors ordered by offset lie side by
/// side from 0 on, each as long as its shape and type say. `firstByte` is where `json` stands in the file.
///
/// Errors: Corrupt at the byte, naming the tensor.
/// Format: https://github.com/huggingface/safetensors, README.md "Format".
Result<SafetensorsHeader> readSafetensorsHeader(std::string_view json, ByteOffset firstByte, const Limits &limits);

}  // namespace waypoint

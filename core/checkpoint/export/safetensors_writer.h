// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/export/tensor_files.h"
#include "core/io/atomic_file.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// What a safetensors file begins with, and where its tensors lie.
struct SafetensorsLayout
{
    std::string header;              ///< its length (8 bytes) and the JSON, padded to a multiple of 8
    std::vector<std::size_t> order;  ///< in which the elements follow: larger types first, so that all are aligned
    ByteCount bytes;                 ///< of the file
};

using SafetensorsMetadata = std::span<const std::pair<std::string, std::string>>;

/// Unsupported for types that the format lacks and for a header that its library would refuse; as checkNamedTensors().
Result<SafetensorsLayout> safetensorsLayout(const ValueTree &tree, std::span<const NamedTensor> tensors,
                                            SafetensorsMetadata metadata);

/// Writes the header and the elements.
Result<void> fillSafetensors(AtomicFile &file, const ValueTree &tree, std::span<const NamedTensor> tensors,
                             const SafetensorsLayout &layout, const std::stop_token &stop);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/tensor/element_blocks.h"
#include "core/tensor/numeric_tensor.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace waypoint {

/// Writes a .npy file (NumPy format 1.0: numpy/lib/format.py) that numpy.load reads without pickle: the elements as
/// they are, C order, little-endian. Types that NumPy lacks are written as the next wider one that holds every value
/// (bfloat16 and smaller floats as float32, complex32 as complex64), quantised ones as float32 values; of
/// float4_e2m1fn_x2 the last dimension doubles. Memory stays below 100 MiB. Atomic and verified by reading back:
/// nothing is left behind on failure or cancellation. Unsupported where a type has no numbers. `progress` counts bytes
/// written, then bytes read back, and is given its total.
Result<void> writeNpy(const NumericTensor &tensor, const std::filesystem::path &path, const std::stop_token &stop,
                      Progress *progress = nullptr);

/// What stands before the elements, a multiple of 64 bytes. Empty where the type has no numbers.
[[nodiscard]] std::string npyHeader(const TensorRef &tensor);

/// Bytes of the elements in the type of the file; 0 for an impossible shape.
[[nodiscard]] ByteCount npyElementBytes(const TensorRef &tensor);

/// Hands out the elements in the type of the file, from first to last. Errors as writeNpy(), and the sink's.
Result<void> copyNpyElements(const NumericTensor &tensor, const std::stop_token &stop, const CheckedElementSink &sink);

}  // namespace waypoint

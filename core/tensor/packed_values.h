// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_parts.h"

namespace waypoint {

/// Whether several elements of a shape share a byte, so that no strided view can tell them apart.
[[nodiscard]] bool isPacked(DType dtype);

/// The elements at some indices of a packed tensor, unpacked in memory: float32, or the stored integers as quint8.
/// Requires: indices that the tensor has, at most 16 million of them. Unsupported for one that is not contiguous.
Result<NumericTensor> unpackedPart(const NumericTensor &tensor, std::span<const PartDim> dims,
                                   std::span<const std::int64_t> fixed);

}  // namespace waypoint

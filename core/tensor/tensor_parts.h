// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_window.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace waypoint {

/// Indices first, first + step, ... of one dimension; without a dimension a new one of size 1.
struct PartDim
{
    std::optional<std::size_t> dim;
    std::int64_t first = 0;
    std::int64_t count = 1;
    std::int64_t step = 1;
};

/// The elements at some indices as a tensor whose dimensions are `dims`; the others stand at `fixed`. Nothing is read,
/// except for types smaller than a byte: their values (at most 16 million) come back as float32 or quint8 in memory.
/// float4_e2m1fn_x2 counts as the bytes that its shape counts, as torch prints it.
/// BadArgument for indices that the tensor does not have, Unsupported for one without plain elements.
Result<NumericTensor> partOf(const NumericTensor &tensor, std::span<const PartDim> dims,
                             std::span<const std::int64_t> fixed);

/// The elements of a window as a tensor of rows by columns.
Result<NumericTensor> windowPart(const NumericTensor &tensor, const PlaneWindow &window);

/// Elements `first` to `first + count` in row-major order, as the few tensors that follow each other there.
Result<std::vector<NumericTensor>> runParts(const NumericTensor &tensor, std::int64_t first, std::int64_t count);

/// The same tensor with its storage opened, for many small reads: a storage may have to be unpacked to open it.
Result<NumericTensor> withOpenStorage(const NumericTensor &tensor);

}  // namespace waypoint

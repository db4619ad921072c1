// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/numeric_tensor.h"
#include "tests/support/memory_storage.h"

#include <span>
#include <utility>
#include <vector>

namespace waypoint::test {

/// A contiguous tensor over a whole file.
inline NumericTensor tensorOn(FilePtr file, DType dtype, SmallDims shape)
{
    NumericTensor tensor;
    tensor.ref.dtype = dtype;
    tensor.ref.strides = contiguousStrides(shape);
    tensor.ref.shape = std::move(shape);
    tensor.storage = storageOf(std::move(file), dtype);
    return tensor;
}

/// A contiguous tensor in memory, from its numbers as they are stored.
template<typename Stored>
NumericTensor tensorOf(DType dtype, const std::vector<Stored> &stored, SmallDims shape)
{
    const auto bytes = std::as_bytes(std::span(stored));
    return tensorOn(memoryFile("numbers", {bytes.begin(), bytes.end()}), dtype, std::move(shape));
}

}  // namespace waypoint::test

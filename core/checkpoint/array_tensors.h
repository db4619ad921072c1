// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value_tree.h"
#include "core/tensor/numeric_tensor.h"

namespace waypoint {

/// Strides of a NumPy array in elements: row-major, or column-major where it is in Fortran order.
[[nodiscard]] SmallDims arrayStrides(const ArrayValue &array);

/// The bytes of an array as the one storage of a tensor.
[[nodiscard]] StorageSourcePtr arrayStorageSource(FilePtr bytes);

/// A NumPy array as a strided tensor over its own bytes; they stay in the file where they are. Unsupported for arrays
/// of text, objects, dates and types that PyTorch does not know.
Result<NumericTensor> arrayTensor(const ValueTree &values, const ArrayValue &array);

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tensor/tensor_ref.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace waypoint {

/// How the stored integers of a quantised tensor become values: (stored - zero point) * scale.
struct Quantization
{
    std::vector<double> scales;      ///< one, or one for each index along `axis`
    std::vector<double> zeroPoints;  ///< as many; torch keeps float zero points for some kinds
    std::size_t axis = 0;            ///< meaningful with more than one scale
};

/// A tensor or array whose elements can be read as numbers. Plain values, to be handed to other threads.
struct NumericTensor
{
    TensorRef ref;  ///< strided; its `storage` index means nothing here
    Storage storage;
    Quantization quantization;  ///< no scales: not quantised
};

/// Takes elements as float64, from first to last, row-major: complex numbers by their magnitude, quantised ones by
/// their value, bool as 0 and 1. The span is valid during the call.
using NumberSink = std::function<void(std::span<const double>)>;

/// Hands out all elements in blocks; errors as forEachBlock. Unsupported for types that are no numbers (bits8).
/// Types that pack several values in an element (quint4x2, float4_e2m1fn_x2) give one number for each value.
Result<void> forEachNumber(const NumericTensor &tensor, const std::stop_token &stop, const NumberSink &sink);

/// One contiguous little-endian run of elements as float64, with the same meaning; false for types that are no numbers
/// (then nothing is appended). Quantised types give their stored integers.
[[nodiscard]] bool appendNumbers(DType dtype, std::span<const std::byte> elements, std::vector<double> &into);

}  // namespace waypoint

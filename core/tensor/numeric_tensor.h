// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tensor/tensor_ref.h"

#include <cstddef>
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

/// How many numbers forEachNumber() hands out; 0 for an impossible shape.
[[nodiscard]] std::int64_t numberCount(const TensorRef &tensor);

/// The shape with a place for each of them: float4_e2m1fn_x2 counts pairs in its last dimension.
[[nodiscard]] SmallDims shapeOfNumbers(const TensorRef &tensor);

/// Hands out all elements in blocks; errors as forEachBlock. Unsupported for types that are no numbers (bits8).
/// Types that pack several values in an element (quint4x2, float4_e2m1fn_x2) give one number for each value.
Result<void> forEachNumber(const NumericTensor &tensor, const std::stop_token &stop, const NumberSink &sink);

/// One contiguous little-endian run of elements as float64, with the same meaning; false for types that are no numbers
/// (then nothing is appended). Quantised types give their stored integers.
[[nodiscard]] bool appendNumbers(DType dtype, std::span<const std::byte> elements, std::vector<double> &into);

/// Unsupported for types that are no numbers.
Result<void> checkNumeric(DType dtype);

/// Turns the blocks that forEachBlock() hands out into numbers. Immutable; any thread.
class NumberDecoder
{
public:
    /// Requires: `tensor` outlives this and checkNumeric(tensor.ref.dtype) holds.
    explicit NumberDecoder(const NumericTensor &tensor);

    /// How many numbers a block of `bytes` in the middle of the tensor holds.
    [[nodiscard]] std::int64_t numbersIn(std::size_t bytes) const;
    /// Hands out the numbers of a block in small pieces. Number `first` of the tensor stands at its start; what
    /// only fills the last byte is left out.
    void decode(std::span<const std::byte> block, std::int64_t first, const NumberSink &sink) const;

private:
    void dequantize(std::span<double> numbers, std::int64_t first) const;

    const NumericTensor &m_tensor;
    std::int64_t m_count;
    std::int64_t m_perChannel = 1;  ///< numbers side by side that share a scale
};

}  // namespace waypoint

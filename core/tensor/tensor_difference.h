// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/tensor/histogram.h"
#include "core/tensor/numeric_tensor.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <utility>

namespace waypoint {

/// How tensor B differs from tensor A of the same shape, element by element, in float64. Equal elements (both NaN, the
/// same infinity) differ by 0; where only one is NaN, or both are infinite with other signs, the pair counts as
/// changed. Pairs with a NaN or two infinities are left out of the sums: a mask of -inf would make every ratio 0.
/// Complex numbers differ by the magnitude of their difference. The numbers behind quantised elements are compared, not
/// the stored integers.
struct TensorDifference
{
    std::int64_t count = 0;    ///< pairs of elements
    std::int64_t changed = 0;  ///< whose values are not equal
    std::int64_t nan = 0;      ///< pairs left out of the sums: a NaN on either side, infinities on both
    double l2 = 0;             ///< of B - A: sqrt(sum |b - a|^2)
    double maxAbs = 0;         ///< largest |b - a|
    double normA = 0;          ///< sqrt(sum |a|^2) over the same pairs
    double normB = 0;
    double dot = 0;  ///< sum of a * conj(b), its real part

    /// l2 over the norm of A: 0 where nothing differs, infinite where A is all zeros and B is not.
    [[nodiscard]] double relative() const;
    /// dot / (normA * normB), in [-1, 1]; 1 for tensors that are the same, NaN where only one is all zeros or where the
    /// norms are infinite.
    [[nodiscard]] double cosine() const;
    /// changed / count; 0 for no elements.
    [[nodiscard]] double changedShare() const;
    /// Every element is equal.
    [[nodiscard]] bool isSame() const { return changed == 0; }

    bool operator==(const TensorDifference &) const = default;
};

/// Compares two tensors of one shape, whatever their types and strides, block by block, on up to `threads` threads (0:
/// all cores); memory stays below 100 MiB. The result does not depend on the number of threads. BadArgument where the
/// shapes differ; else errors as forEachNumber, with Error::file naming the file at fault.
Result<TensorDifference> tensorDifference(const NumericTensor &a, const NumericTensor &b, const std::stop_token &stop,
                                          unsigned threads = 0);

/// The tensors to compare: asked once for each index, from any of the threads, when it is its turn.
using TensorPairAt = std::function<Result<std::pair<NumericTensor, NumericTensor>>(std::size_t index)>;

/// Takes results as they are ready, one call at a time, from any of the threads.
using DifferenceSink = std::function<void(std::size_t index, const Result<TensorDifference> &difference)>;

/// Compares many pairs on up to `threads` threads (0: all cores), the calling one among them; large tensors are read by
/// several threads together. `progress` counts bytes of elements of both sides; its total is the caller's. Cancelled
/// within one block; a pair that cannot be read is a result like any other.
Result<void> differencesOfTensors(std::size_t count, const TensorPairAt &pairAt, const std::stop_token &stop,
                                  const DifferenceSink &sink, unsigned threads = 0, Progress *progress = nullptr);

/// B - A as a tensor of its own (float64, contiguous), worked out as it is read: for maps, histograms and tables of the
/// difference. 0 where elements are equal (both NaN, the same infinity); the magnitude for complex numbers; of
/// float4_e2m1fn_x2 the last dimension counts values. Reading gives the errors of forEachBlock; BadArgument where the
/// shapes differ, Unsupported for types that are no numbers.
Result<NumericTensor> differenceTensor(const NumericTensor &a, const NumericTensor &b);

}  // namespace waypoint

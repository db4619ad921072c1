// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/tensor_stats.h"

#include "core/tensor/block_moments.h"
#include "core/tensor/number_decoding.h"
#include "core/tensor/parallel_numbers.h"
#include "core/tensor/stats_pool.h"

namespace waypoint {

Result<TensorStats> tensorStats(const NumericTensor &tensor, const std::stop_token &stop, unsigned threads)
{
    Result<TensorStats> result = Error{ErrorCode::Cancelled};
    const auto done = statsOfTensors(
        1, [&](std::size_t) { return tensor; }, stop,
        [&](std::size_t, const Result<TensorStats> &stats) { result = stats; }, usefulThreads(tensor, threads));
    return done ? result : done.error();
}

Result<TensorStats> statsOfElements(DType dtype, std::span<const std::byte> elements)
{
    if (auto numeric = checkNumeric(dtype); !numeric)
        return numeric.error();
    NumericTensor tensor;
    tensor.ref.dtype = dtype;
    tensor.ref.shape = {static_cast<std::int64_t>(numbersIn(dtype, elements.size()))};
    return BlockMoments(tensor).of(elements, 0).stats();
}

}  // namespace waypoint

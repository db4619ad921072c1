// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/tensor_difference.h"

#include "core/tensor/difference_source.h"
#include "core/tensor/difference_task.h"
#include "core/tensor/opened_storage.h"
#include "core/tensor/parallel_numbers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace waypoint {

double TensorDifference::relative() const
{
    if (l2 == 0)
        return 0;
    return normA == 0 ? std::numeric_limits<double>::infinity() : l2 / normA;
}

double TensorDifference::cosine() const
{
    if (isSame() || (normA == 0 && normB == 0))
        return 1;
    if (normA == 0 || normB == 0)
        return std::numeric_limits<double>::quiet_NaN();
    return std::clamp(dot / normA / normB, -1.0, 1.0);
}

double TensorDifference::changedShare() const
{
    return count == 0 ? 0 : static_cast<double>(changed) / static_cast<double>(count);
}

Result<TensorDifference> tensorDifference(const NumericTensor &a, const NumericTensor &b, const std::stop_token &stop,
                                          unsigned threads)
{
    Result<TensorDifference> result = Error{ErrorCode::Cancelled};
    const auto done = differencesOfTensors(
        1, [&](std::size_t) { return TensorPair(a, b); }, stop,
        [&](std::size_t, const Result<TensorDifference> &difference) { result = difference; },
        std::max(usefulThreads(a, threads), usefulThreads(b, threads)));
    return done ? result : done.error();
}

Result<void> differencesOfTensors(std::size_t count, const TensorPairAt &pairAt, const std::stop_token &stop,
                                  const DifferenceSink &sink, unsigned threads, Progress *progress)
{
    const auto taskAt = [&](std::size_t i) { return std::make_shared<DifferenceTask>(i, pairAt(i), sink); };
    return runBlockTasks(count, taskAt, stop, threads, progress);
}

Result<NumericTensor> differenceTensor(const NumericTensor &a, const NumericTensor &b)
{
    if (auto comparable = checkComparable(a.ref, b.ref); !comparable)
        return comparable.error();
    AlignedBlocks sides;
    for (const auto *tensor : {&a, &b}) {
        auto side = NumberRanges::open(*tensor);
        if (!side)
            return side.error();
        sides.add(*std::move(side));
    }
    NumericTensor difference;
    difference.ref.dtype = DType::Float64;
    difference.ref.shape = shapeOfNumbers(a.ref);
    difference.ref.strides = contiguousStrides(difference.ref.shape);
    const auto file = differenceFile(std::move(sides));
    difference.storage.key = "difference";
    difference.storage.device = "cpu";
    difference.storage.dtype = DType::Float64;
    difference.storage.bytes = file->size();
    difference.storage.present = true;
    difference.storage.source = std::make_shared<const OpenedStorage>(file);
    return difference;
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/tensor_stats.h"

#include "core/tensor/stats_kernel.h"

namespace waypoint {

Result<TensorStats> tensorStats(const NumericTensor &tensor, const std::stop_token &stop, unsigned)
{
    Moments moments;
    auto read = forEachNumber(tensor, stop, [&](std::span<const double> numbers) { moments.add(momentsOf(numbers)); });
    if (!read)
        return read.error();
    return moments.stats();
}

Result<TensorStats> statsOfElements(DType dtype, std::span<const std::byte> elements)
{
    std::vector<double> numbers;
    if (!appendNumbers(dtype, elements, numbers))
        return checkNumeric(dtype).error();
    Moments moments;
    moments.add(momentsOf(std::span<const double>(numbers)));
    return moments.stats();
}

}  // namespace waypoint

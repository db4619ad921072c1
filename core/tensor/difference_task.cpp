// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/difference_task.h"

#include "core/tensor/block_difference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace waypoint {

Result<void> checkComparable(const TensorRef &a, const TensorRef &b)
{
    if (!(a.shape == b.shape))
        return Error{ErrorCode::BadArgument,
                     fmt::format("a tensor of shape [{}] cannot be compared with one of shape [{}]",
                                 fmt::join(a.shape, ", "), fmt::join(b.shape, ", "))};
    if (numberCount(a) != numberCount(b))
        return Error{ErrorCode::BadArgument,
                     fmt::format("elements of type {} cannot be compared with those of type {}: only one of them holds "
                                 "two values",
                                 dtypeName(a.dtype), dtypeName(b.dtype))};
    return {};
}

DifferenceTask::DifferenceTask(std::size_t index, Result<TensorPair> pair, const DifferenceSink &sink)
    : m_index(index), m_sink(sink)
{
    auto opened = pair ? open(*std::move(pair)) : Result<void>(pair.error());
    if (!opened)
        m_error = opened.error();
    m_failed = !opened;
    m_left = m_blocks.count();
}

Result<void> DifferenceTask::open(TensorPair pair)
{
    if (auto comparable = checkComparable(pair.first.ref, pair.second.ref); !comparable)
        return comparable;
    std::array tensors{std::move(pair.first), std::move(pair.second)};
    putInStorageOrder(tensors);
    for (auto &tensor : tensors) {
        auto side = NumberRanges::open(std::move(tensor));
        if (!side)
            return side.error();
        m_blocks.add(*std::move(side));
    }
    return {};
}

bool DifferenceTask::run(std::size_t block, const std::stop_token &stop, BlockBuffers &buffers)
{
    const auto sums = sumsOf(block, stop, buffers);
    if (sums)
        m_sums.add(block, *sums);
    else
        fail(block, sums.error());
    return m_left.fetch_sub(1) == 1;
}

Result<DifferenceSums> DifferenceTask::sumsOf(std::size_t block, const std::stop_token &stop,
                                              BlockBuffers &buffers) const
{
    DifferenceSums all;
    for (const auto range : m_blocks.rangesOf(block)) {
        const auto sums = sumsOf(range, stop, buffers);
        if (!sums)
            return sums.error();
        all.add(*sums);
    }
    return all;
}

Result<DifferenceSums> DifferenceTask::sumsOf(NumberRun range, const std::stop_token &stop, BlockBuffers &buffers) const
{
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled};
    const auto &a = m_blocks.side(0);
    const auto &b = m_blocks.side(1);
    const auto bytesA = a.read(range, stop, buffers[0]);
    if (!bytesA)
        return bytesA.error();
    const auto bytesB = b.isSameAs(a) ? bytesA : b.read(range, stop, buffers[1]);
    if (!bytesB)
        return bytesB.error();
    return differenceOfBlocks(a, b, {*bytesA, *bytesB, range});
}

void DifferenceTask::fail(std::size_t block, const Error &error)
{
    const std::scoped_lock lock(m_guard);
    // Which thread was first is chance; which block is first is not.
    if (m_error && m_errorBlock < block)
        return;
    m_error = error;
    m_errorBlock = block;
}

void DifferenceTask::deliver()
{
    m_sink(m_index, m_error ? Result<TensorDifference>(*m_error) : m_sums.all().difference());
}

}  // namespace waypoint

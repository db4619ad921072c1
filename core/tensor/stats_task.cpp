// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/stats_task.h"

#include "core/tensor/element_blocks.h"

#include <new>
#include <utility>

namespace waypoint {

StatsTask::StatsTask(std::size_t index, Result<NumericTensor> tensor, const StatsSink &sink)
    : m_index(index), m_sink(sink), m_tensor(std::move(tensor))
{
    auto opened = m_tensor ? open() : m_tensor.error();
    if (!opened)
        m_error = opened.error();
    m_left = m_parts.size();
}

Result<void> StatsTask::open()
{
    const TensorRef &ref = m_tensor->ref;
    if (auto numeric = checkNumeric(ref.dtype); !numeric)
        return numeric;
    if (auto readable = checkElementsReadable(ref); !readable)
        return readable;
    if (ref.elementCount() == 0)
        return {};
    m_moments.emplace(*m_tensor);
    std::size_t blocks = 1;
    if (ref.isContiguous()) {
        auto opened = ContiguousBlocks::open(ref, m_tensor->storage);
        if (!opened)
            return opened.error();
        blocks = m_blocks.emplace(*std::move(opened)).count();
    }
    m_parts.resize(blocks);
    return {};
}

ByteCount StatsTask::bytesOf(std::size_t block) const
{
    if (m_blocks)
        return m_blocks->bytesOf(block);
    return m_parts.empty() ? ByteCount() : m_tensor->ref.byteCount();
}

bool StatsTask::run(std::size_t block, const std::stop_token &stop, BlockBuffers &buffers)
{
    auto moments = momentsOf(block, stop, buffers[0]);
    if (moments)
        m_parts[block] = *moments;
    else
        fail(block, moments.error());
    return m_left.fetch_sub(1) == 1;
}

Result<Moments> StatsTask::momentsOf(std::size_t block, const std::stop_token &stop,
                                     std::vector<std::byte> &buffer) const
{
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled};
    try {
        if (!m_blocks)
            return stridedMoments(stop);
        const auto bytes = m_blocks->read(block, buffer);
        if (!bytes)
            return bytes.error();
        const auto first = static_cast<std::int64_t>(block) * m_moments->numbersIn(m_blocks->blockBytes());
        return m_moments->of(*bytes, first);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory to read a tensor"};
    }
}

Result<Moments> StatsTask::stridedMoments(const std::stop_token &stop) const
{
    Moments moments;
    std::int64_t first = 0;
    auto read = forEachBlock(m_tensor->ref, m_tensor->storage, stop, [&](std::span<const std::byte> block) {
        moments.add(m_moments->of(block, first));
        first += m_moments->numbersIn(block.size());
    });
    return read ? Result(moments) : read.error();
}

void StatsTask::fail(std::size_t block, const Error &error)
{
    const std::scoped_lock lock(m_guard);
    // Which thread was first is chance; which block is first is not.
    if (m_error && m_errorBlock < block)
        return;
    m_error = error;
    m_errorBlock = block;
}

Result<TensorStats> StatsTask::result() const
{
    if (m_error)
        return *m_error;
    Moments all;
    for (const Moments &part : m_parts)
        all.add(part);
    return all.stats();
}

}  // namespace waypoint

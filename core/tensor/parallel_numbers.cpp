// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/parallel_numbers.h"

#include "core/tensor/contiguous_blocks.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace waypoint {

namespace {

constexpr std::uint64_t kBytesPerThread = 4u << 20;

/// Blocks of one tensor, taken by whoever is free.
class BlockQueue
{
public:
    BlockQueue(const NumericTensor &tensor, const ContiguousBlocks &blocks, const std::stop_token &stop)
        : m_blocks(blocks), m_decoder(tensor), m_stop(stop)
    {
    }

    void work(unsigned worker, const WorkerSink &sink)
    {
        std::vector<std::byte> buffer;
        while (!m_failed && !m_stop.stop_requested()) {
            const std::size_t block = m_next++;
            if (block >= m_blocks.count())
                return;
            if (auto done = workOn(block, worker, sink, buffer); !done)
                fail(done.error());
        }
    }

    [[nodiscard]] Result<void> outcome() const
    {
        if (m_stop.stop_requested())
            return Error{ErrorCode::Cancelled};
        return m_error ? Result<void>(*m_error) : Result<void>();
    }

private:
    Result<void> workOn(std::size_t block, unsigned worker, const WorkerSink &sink, std::vector<std::byte> &buffer)
    {
        try {
            const auto bytes = m_blocks.read(block, buffer);
            if (!bytes)
                return bytes.error();
            const auto first = static_cast<std::int64_t>(block) * m_decoder.numbersIn(m_blocks.blockBytes());
            m_decoder.decode(*bytes, first, [&](std::span<const double> numbers) { sink(worker, numbers); });
            return {};
        } catch (const std::bad_alloc &) {
            return Error{ErrorCode::TooLarge, "there is not enough memory to read a tensor"};
        }
    }

    void fail(const Error &error)
    {
        const std::scoped_lock lock(m_guard);
        if (!m_error)
            m_error = error;
        m_failed = true;
    }

    const ContiguousBlocks &m_blocks;
    NumberDecoder m_decoder;
    const std::stop_token &m_stop;
    std::atomic<std::size_t> m_next = 0;
    std::atomic<bool> m_failed = false;
    std::mutex m_guard;  ///< of the error
    std::optional<Error> m_error;
};

}  // namespace

unsigned usefulThreads(const NumericTensor &tensor, unsigned wanted)
{
    const unsigned most = wanted > 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
    const std::uint64_t useful = 1 + tensor.ref.byteCount().value / kBytesPerThread;
    return static_cast<unsigned>(std::min<std::uint64_t>(most, useful));
}

Result<void> forEachNumberInParallel(const NumericTensor &tensor, const std::stop_token &stop, unsigned workers,
                                     const WorkerSink &sink)
{
    if (workers <= 1 || !tensor.ref.isContiguous() || numberCount(tensor.ref) == 0)
        return forEachNumber(tensor, stop, [&](std::span<const double> numbers) { sink(0, numbers); });
    if (auto numeric = checkNumeric(tensor.ref.dtype); !numeric)
        return numeric;
    const auto blocks = ContiguousBlocks::open(tensor.ref, tensor.storage);
    if (!blocks)
        return blocks.error();
    BlockQueue queue(tensor, *blocks, stop);
    {
        std::vector<std::jthread> helpers;
        try {
            for (unsigned worker = 1; worker < workers; ++worker)
                helpers.emplace_back([&queue, &sink, worker] { queue.work(worker, sink); });
        } catch (const std::system_error &) {
            // Fewer threads do the same.
        }
        queue.work(0, sink);
    }
    return queue.outcome();
}

}  // namespace waypoint

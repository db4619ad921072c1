// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/aligned_blocks.h"
#include "core/tensor/block_pool.h"
#include "core/tensor/difference_sums.h"
#include "core/tensor/parts_in_order.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

namespace waypoint {

using TensorPair = std::pair<NumericTensor, NumericTensor>;

/// BadArgument where the shapes of two tensors differ, or what a place in them holds.
Result<void> checkComparable(const TensorRef &a, const TensorRef &b);

/// Two tensors that are being compared, their blocks by any threads.
class DifferenceTask final : public BlockTask
{
public:
    /// Requires: `sink` outlives this.
    DifferenceTask(std::size_t index, Result<TensorPair> pair, const DifferenceSink &sink);

    [[nodiscard]] std::size_t blocks() const override { return m_failed ? 0 : m_blocks.count(); }
    [[nodiscard]] bool isStrided() const override { return m_blocks.isStrided(); }
    [[nodiscard]] ByteCount bytesOf(std::size_t block) const override { return m_blocks.bytesOf(block); }
    bool run(std::size_t block, const std::stop_token &stop, BlockBuffers &buffers) override;
    void deliver() override;

private:
    Result<void> open(TensorPair pair);
    Result<DifferenceSums> sumsOf(std::size_t block, const std::stop_token &stop, BlockBuffers &buffers) const;
    Result<DifferenceSums> sumsOf(NumberRun range, const std::stop_token &stop, BlockBuffers &buffers) const;
    void fail(std::size_t block, const Error &error);

    std::size_t m_index;
    const DifferenceSink &m_sink;
    AlignedBlocks m_blocks;
    bool m_failed = false;  ///< to open
    PartsInOrder<DifferenceSums> m_sums;
    std::atomic<std::size_t> m_left = 0;
    std::mutex m_guard;  ///< of the error
    std::optional<Error> m_error;
    std::size_t m_errorBlock = 0;
};

}  // namespace waypoint

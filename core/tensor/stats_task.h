// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/block_moments.h"
#include "core/tensor/block_pool.h"
#include "core/tensor/contiguous_blocks.h"
#include "core/tensor/stats_pool.h"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace waypoint {

/// One tensor whose statistics are being made, its blocks by any threads. A tensor that is not contiguous is one
/// block, which takes up to 70 MiB.
class StatsTask final : public BlockTask
{
public:
    /// Requires: `sink` outlives this.
    StatsTask(std::size_t index, Result<NumericTensor> tensor, const StatsSink &sink);
    StatsTask(const StatsTask &) = delete;  // parts point at the tensor
    StatsTask &operator=(const StatsTask &) = delete;

    [[nodiscard]] std::size_t blocks() const override { return m_parts.size(); }
    [[nodiscard]] bool isStrided() const override { return !m_blocks; }
    [[nodiscard]] ByteCount bytesOf(std::size_t block) const override;
    bool run(std::size_t block, const std::stop_token &stop, BlockBuffers &buffers) override;
    void deliver() override { m_sink(m_index, result()); }

private:
    Result<void> open();
    [[nodiscard]] Result<TensorStats> result() const;
    Result<Moments> momentsOf(std::size_t block, const std::stop_token &stop, std::vector<std::byte> &buffer) const;
    Result<Moments> stridedMoments(const std::stop_token &stop) const;
    void fail(std::size_t block, const Error &error);

    std::size_t m_index;
    const StatsSink &m_sink;
    Result<NumericTensor> m_tensor;
    std::optional<BlockMoments> m_moments;
    std::optional<ContiguousBlocks> m_blocks;
    std::vector<Moments> m_parts;
    std::atomic<std::size_t> m_left = 0;
    std::mutex m_guard;  ///< of the error
    std::optional<Error> m_error;
    std::size_t m_errorBlock = 0;
};

}  // namespace waypoint

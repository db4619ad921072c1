// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/aligned_blocks.h"
#include "core/tensor/block_moments.h"
#include "core/tensor/block_pool.h"
#include "core/tensor/difference_sums.h"
#include "core/tensor/moments.h"
#include "core/tensor/parts_in_order.h"
#include "core/tensor/tensor_series.h"

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace waypoint {

/// A tensor that is followed over the moments of a training, its blocks by any threads: each thread has one block of
/// all moments, of which it keeps the first, the previous and the current one.
class SeriesTask final : public BlockTask
{
public:
    /// Requires: `sink` outlives this.
    SeriesTask(std::size_t index, std::vector<std::optional<NumericTensor>> moments, const SeriesSink &sink);

    [[nodiscard]] std::size_t blocks() const override { return m_blocks.count(); }
    [[nodiscard]] bool isStrided() const override { return m_blocks.isStrided(); }
    [[nodiscard]] ByteCount bytesOf(std::size_t block) const override { return m_blocks.bytesOf(block); }
    bool run(std::size_t block, const std::stop_token &stop, BlockBuffers &buffers) override;
    void deliver() override;

private:
    struct PointSums
    {
        Moments stats;
        DifferenceSums fromPrevious;
        DifferenceSums fromFirst;
    };
    /// A block's (or all blocks') contribution to each side of m_blocks.
    struct SeriesSums
    {
        std::vector<PointSums> points;
        void add(const SeriesSums &next);
    };
    using AllSums = PartsInOrder<SeriesSums>;

    void open(std::vector<std::optional<NumericTensor>> moments);
    [[nodiscard]] SeriesSums noSums() const { return {std::vector<PointSums>(m_blocks.sides())}; }
    SeriesSums sumsOf(std::size_t block, const std::stop_token &stop, BlockBuffers &buffers);
    void addRange(NumberRun range, const std::stop_token &stop, BlockBuffers &buffers, SeriesSums &sums);
    void readAgain(const std::stop_token &stop, BlockBuffers &buffers);
    void fail(std::size_t side, const Error &error);
    [[nodiscard]] bool hasFailed(std::size_t side);

    std::size_t m_index;
    const SeriesSink &m_sink;
    std::size_t m_moments;
    AlignedBlocks m_blocks;                 ///< a side for each moment that can be read
    std::vector<std::size_t> m_momentOf;    ///< of each side
    std::vector<BlockMoments> m_statsOf;    ///< of each side
    std::map<std::size_t, Error> m_errors;  ///< by moment
    std::vector<bool> m_failed;             ///< sides that could not be read to the end
    std::mutex m_guard;                     ///< of the errors
    std::optional<AllSums> m_sums;
    std::atomic<std::size_t> m_left = 0;
};

}  // namespace waypoint

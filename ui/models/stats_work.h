// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/entry_stats.h"

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace waypoint {

/// What a StatsScan and its workers share: which tensors are still to be read, in what order, and what has come.
/// Outlives the scan until the last worker has noticed that it shall stop. Any thread; nothing waits here for a disk.
class StatsWork final : public std::enable_shared_from_this<StatsWork>
{
public:
    using PieceId = EntryStats::PieceId;

    /// Stands still until resume().
    explicit StatsWork(std::shared_ptr<EntryStats> stats);

    /// Workers start as there is work for them.
    void prefer(const std::vector<EntryId> &entries);
    void want(EntryId entry);
    void pause();
    void resume();
    /// For good: whatever is being read is left within a block.
    void close();

    struct News
    {
        std::vector<PieceId> finished;  ///< since the last time
        double progress = 0;
        bool isComplete = false;
        bool isIdle = false;  ///< no worker at it
    };
    [[nodiscard]] News collect();

private:
    enum class Phase : std::uint8_t { Waiting, Running, Done };

    struct Task
    {
        PieceId piece = EntryStats::kNoPiece;
        std::stop_source stop;
    };

    /// Waiting pieces of one list, each looked at once.
    struct Queue
    {
        std::vector<PieceId> pieces;
        std::size_t next = 0;
    };

    void startWorkers();
    void enlist();
    void work();
    [[nodiscard]] std::optional<Task> take();
    [[nodiscard]] PieceId choose();
    [[nodiscard]] PieceId nextOf(Queue &queue) const;
    [[nodiscard]] bool isLarge(PieceId piece) const;
    void stopAllBut(PieceId piece);
    void finish(const Task &task, const Result<TensorStats> &result);
    void putBack(PieceId piece);

    const std::shared_ptr<EntryStats> m_stats;
    std::mutex m_guard;  ///< of all below
    std::vector<Phase> m_phase;
    PieceId m_wanted = EntryStats::kNoPiece;
    // Small pieces come before large ones: many rows are filled before one that takes long.
    Queue m_preferredSmall;
    Queue m_preferredLarge;
    Queue m_small;
    Queue m_large;
    std::vector<Task> m_running;
    std::vector<PieceId> m_finished;
    std::size_t m_doneCount = 0;
    std::uint64_t m_doneBytes = 0;
    unsigned m_workers = 0;
    bool m_isPaused = true;
    bool m_isClosed = false;
};

}  // namespace waypoint

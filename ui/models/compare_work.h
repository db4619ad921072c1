// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_numbers.h"

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace waypoint {

/// What a CompareScan and its worker share: which tensors are still to be compared, in what order, and what has come.
/// Outlives the scan until the worker has noticed that it shall stop. Any thread; nothing waits here for a disk.
class CompareWork final : public std::enable_shared_from_this<CompareWork>
{
public:
    /// Stands still until resume().
    explicit CompareWork(std::shared_ptr<CompareNumbers> numbers);

    /// These come before all others.
    void prefer(std::vector<std::size_t> tensors);
    /// This one comes before those, also while paused.
    void want(std::optional<std::size_t> tensor);
    void pause();
    void resume();
    /// For good: what is being read is left within a block.
    void close();

    struct News
    {
        std::vector<std::size_t> finished;  ///< since the last time
        double progress = 0;                ///< 0 to 1, by bytes
        bool isComplete = false;
        bool isIdle = false;  ///< no worker at it
    };
    [[nodiscard]] News collect();

private:
    enum class Phase : std::uint8_t { Waiting, Running, Done };

    struct Batch
    {
        std::vector<std::size_t> tensors;
        std::uint64_t bytes = 0;
        std::stop_source stop;
    };

    void startWorker();
    void work();
    [[nodiscard]] std::optional<Batch> take();
    void fill(Batch &batch, const std::vector<std::size_t> &from);
    void fillWithNext(Batch &batch);
    void add(Batch &batch, std::size_t tensor);
    void compare(const Batch &batch);
    void finish(std::size_t tensor);
    void settle(const Batch &batch, const Result<void> &result);
    [[nodiscard]] bool isWaiting(std::size_t tensor) const { return m_phase[tensor] == Phase::Waiting; }

    const std::shared_ptr<CompareNumbers> m_numbers;
    std::mutex m_guard;  ///< of all below
    std::vector<Phase> m_phase;
    std::vector<std::size_t> m_preferred;
    std::optional<std::size_t> m_wanted;
    std::size_t m_next = 0;  ///< all before it are done, or being read
    std::optional<Batch> m_running;
    std::vector<std::size_t> m_finished;
    std::size_t m_left = 0;
    std::uint64_t m_doneBytes = 0;
    std::size_t m_batches = 0;
    bool m_hasWorker = false;
    bool m_isPaused = true;
    bool m_isClosed = false;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/batch_reader.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace waypoint {

/// Threads that read the batches after the one in use, into a ring of buffers. One consumer.
///
/// Batches are counted on from the last restart() through the ends of epochs: batch n lies in buffer n % size. Readers
/// go at most into the epoch after the consumer's, so that two orders suffice.
class ReadAhead
{
public:
    /// Throws std::system_error where the system has no more threads. Requires: the reader has batches.
    ReadAhead(const BatchReader &reader, int threads, int depth, bool epochsDiffer);
    ~ReadAhead();

    void seek(std::int64_t epoch, std::int64_t first);
    Result<const Batch *> next();
    [[nodiscard]] std::chrono::nanoseconds waited() const { return m_waited; }

private:
    struct Slot
    {
        Batch batch;
        std::optional<Error> error;
        bool ready = false;
    };

    void run(const std::stop_token &stop);
    void readOne(std::unique_lock<std::mutex> &lock);
    void restart(std::int64_t epoch, std::int64_t first);
    [[nodiscard]] bool mayRead() const;
    [[nodiscard]] const std::vector<std::int64_t> &orderOf(std::int64_t epoch);
    [[nodiscard]] Slot &slotOf(std::int64_t batch);

    const BatchReader &m_reader;
    const std::int64_t m_batches;  ///< of one epoch
    const bool m_epochsDiffer;     ///< by order or augmentation; else one epoch's batches serve for any

    std::mutex m_mutex;                    ///< guards everything below but what a reader fills and the consumer holds
    std::condition_variable_any m_room;    ///< a batch may be read
    std::condition_variable_any m_filled;  ///< a batch was read
    std::vector<Slot> m_slots;
    std::array<std::vector<std::int64_t>, 2> m_orders;
    std::array<std::int64_t, 2> m_orderEpochs{-1, -1};  ///< epochs since restart that m_orders are of
    std::int64_t m_baseEpoch = 0;                       ///< epoch of batch 0
    std::int64_t m_epoch = 0;                           ///< the consumer's, since restart
    std::int64_t m_nextOut = 0;                         ///< batch that next() gives
    std::int64_t m_nextIn = 0;                          ///< batch that a reader takes up next
    int m_reading = 0;                                  ///< readers at work
    bool m_positioned = false;                          ///< seek() came
    std::atomic<bool> m_stale = false;                  ///< what is being read is not wanted any more
    std::chrono::nanoseconds m_waited{0};
    std::vector<std::jthread> m_threads;  ///< last: they end before what they use
};

}  // namespace waypoint

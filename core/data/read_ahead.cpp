// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/read_ahead.h"

#include <algorithm>
#include <utility>

namespace waypoint {

ReadAhead::ReadAhead(const BatchReader &reader, int threads, int depth, bool epochsDiffer)
    : m_reader(reader),
      m_batches(reader.batchesPerEpoch()),
      m_epochsDiffer(epochsDiffer),
      m_slots(static_cast<std::size_t>(std::max(depth, 1)) + 1)  // one is in the consumer's hands
{
    for (int i = 0; i < threads; ++i)
        m_threads.emplace_back([this](const std::stop_token &stop) { run(stop); });
}

ReadAhead::~ReadAhead()
{
    m_stale = true;
    for (auto &thread : m_threads)
        thread.request_stop();
}

ReadAhead::Slot &ReadAhead::slotOf(std::int64_t batch)
{
    return m_slots[static_cast<std::size_t>(batch) % m_slots.size()];
}

bool ReadAhead::mayRead() const
{
    // The buffer of the batch before m_nextOut is with the consumer, all before it are free again.
    const auto ahead = static_cast<std::int64_t>(m_slots.size()) - 1;
    return m_positioned && m_nextIn < m_nextOut + ahead && m_nextIn / m_batches <= m_epoch + 1;
}

const std::vector<std::int64_t> &ReadAhead::orderOf(std::int64_t epoch)
{
    const auto place = static_cast<std::size_t>(epoch % 2);
    if (m_orderEpochs[place] != epoch) {
        m_reader.fillOrder(m_orders[place], m_baseEpoch + epoch);
        m_orderEpochs[place] = epoch;
    }
    return m_orders[place];
}

void ReadAhead::run(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    while (m_room.wait(lock, stop, [this] { return mayRead(); }) && !stop.stop_requested())
        readOne(lock);
}

void ReadAhead::readOne(std::unique_lock<std::mutex> &lock)
{
    const auto batch = m_nextIn++;
    const auto epoch = batch / m_batches;
    const auto &order = orderOf(epoch);
    auto &slot = slotOf(batch);
    slot.ready = false;
    ++m_reading;
    const auto realEpoch = m_baseEpoch + epoch;
    lock.unlock();
    auto done = m_reader.fill(slot.batch, order, realEpoch, batch % m_batches, &m_stale);
    lock.lock();
    --m_reading;
    slot.error = done ? std::nullopt : std::optional(done.error());
    slot.ready = true;
    m_filled.notify_all();
}

void ReadAhead::restart(std::int64_t epoch, std::int64_t first)
{
    std::unique_lock lock(m_mutex);
    m_positioned = false;
    m_stale = true;
    m_filled.wait(lock, [this] { return m_reading == 0; });
    m_stale = false;
    for (auto &slot : m_slots)
        slot.ready = false;
    m_orderEpochs = {-1, -1};
    m_baseEpoch = epoch;
    m_epoch = 0;
    m_nextOut = m_nextIn = first;
    m_positioned = true;
    lock.unlock();
    m_room.notify_all();
}

void ReadAhead::seek(std::int64_t epoch, std::int64_t first)
{
    {
        const std::lock_guard lock(m_mutex);
        const bool atEnd = m_positioned && m_nextOut == (m_epoch + 1) * m_batches && first == 0;
        if (atEnd && (!m_epochsDiffer || epoch == m_baseEpoch + m_epoch + 1)) {
            ++m_epoch;
            m_room.notify_all();
            return;
        }
    }
    restart(epoch, std::clamp<std::int64_t>(first, 0, m_batches));
}

Result<const Batch *> ReadAhead::next()
{
    std::unique_lock lock(m_mutex);
    if (!m_positioned || m_nextOut >= (m_epoch + 1) * m_batches)
        return nullptr;
    auto &slot = slotOf(m_nextOut);
    // Only now is the batch given last let go of: its buffer may be filled again.
    ++m_nextOut;
    m_room.notify_one();
    const auto isThere = [&] { return m_nextIn >= m_nextOut && slot.ready; };
    if (!isThere()) {
        const auto start = std::chrono::steady_clock::now();
        m_filled.wait(lock, isThere);
        m_waited += std::chrono::steady_clock::now() - start;
    }
    if (slot.error)
        return *std::exchange(slot.error, std::nullopt);
    return &slot.batch;
}

}  // namespace waypoint

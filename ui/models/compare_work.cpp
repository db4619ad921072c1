// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_work.h"

#include <QtCore/QThreadPool>

#include <algorithm>

namespace waypoint {

namespace {

// So much is compared in one go: enough for all cores, little enough that what a person looks at comes soon. The first
// go is small, so that there is something to see at once.
constexpr std::uint64_t kBatchBytes = 64u << 20;
constexpr std::uint64_t kFirstBatchBytes = 8u << 20;
constexpr std::size_t kMostTensors = 2048;
constexpr std::size_t kFirstTensors = 64;

/// A thread of its own, which has others help it: jobs that a person waits for find a free one. A second one, so that a
/// comparison that was left holds up no other.
QThreadPool &comparePool()
{
    static QThreadPool pool;
    static const bool once = [] {
        pool.setMaxThreadCount(2);
        return true;
    }();
    (void)once;
    return pool;
}

}  // namespace

CompareWork::CompareWork(std::shared_ptr<CompareNumbers> numbers)
    : m_numbers(std::move(numbers)), m_phase(m_numbers->size(), Phase::Waiting)
{
    for (std::size_t i = 0; i < m_phase.size(); ++i) {
        if (m_numbers->isPending(i))
            ++m_left;
        else
            m_phase[i] = Phase::Done;
    }
}

void CompareWork::prefer(std::vector<std::size_t> tensors)
{
    {
        const std::scoped_lock lock(m_guard);
        m_preferred = std::move(tensors);
    }
    startWorker();
}

void CompareWork::want(std::optional<std::size_t> tensor)
{
    {
        const std::scoped_lock lock(m_guard);
        m_wanted = tensor && *tensor < m_phase.size() ? tensor : std::nullopt;
        // A person does not wait for a large one that happens to be read just now.
        const bool waits = m_wanted && isWaiting(*m_wanted);
        if (waits && m_running && m_running->bytes > kFirstBatchBytes)
            m_running->stop.request_stop();
    }
    startWorker();
}

void CompareWork::pause()
{
    const std::scoped_lock lock(m_guard);
    m_isPaused = true;
    const bool isWanted = m_running && m_wanted && m_running->tensors.front() == *m_wanted;
    if (m_running && !isWanted)
        m_running->stop.request_stop();
}

void CompareWork::resume()
{
    {
        const std::scoped_lock lock(m_guard);
        m_isPaused = false;
    }
    startWorker();
}

void CompareWork::close()
{
    const std::scoped_lock lock(m_guard);
    m_isClosed = true;
    if (m_running)
        m_running->stop.request_stop();
}

CompareWork::News CompareWork::collect()
{
    const std::scoped_lock lock(m_guard);
    const std::uint64_t total = m_numbers->totalBytes();
    News news;
    news.finished = std::exchange(m_finished, {});
    news.isComplete = m_left == 0;
    news.isIdle = !m_hasWorker;
    if (news.isComplete)
        news.progress = 1;
    else if (total > 0)
        news.progress = static_cast<double>(m_doneBytes) / static_cast<double>(total);
    return news;
}

void CompareWork::startWorker()
{
    {
        const std::scoped_lock lock(m_guard);
        const bool hasWanted = m_wanted && isWaiting(*m_wanted);
        if (m_isClosed || m_hasWorker || m_left == 0 || (m_isPaused && !hasWanted))
            return;
        m_hasWorker = true;
    }
    comparePool().start([self = shared_from_this()] { self->work(); });
}

void CompareWork::work()
{
    while (const std::optional<Batch> batch = take())
        compare(*batch);
}

std::optional<CompareWork::Batch> CompareWork::take()
{
    const std::scoped_lock lock(m_guard);
    m_running.reset();
    Batch batch;
    if (!m_isClosed && m_wanted && isWaiting(*m_wanted)) {
        add(batch, *m_wanted);
    } else if (!m_isClosed && !m_isPaused) {
        fill(batch, m_preferred);
        fillWithNext(batch);
    }
    if (batch.tensors.empty()) {
        m_hasWorker = false;
        return std::nullopt;
    }
    ++m_batches;
    m_running = batch;
    return batch;
}

void CompareWork::add(Batch &batch, std::size_t tensor)
{
    m_phase[tensor] = Phase::Running;
    batch.tensors.push_back(tensor);
    batch.bytes += m_numbers->content()->bytes[tensor];
}

void CompareWork::fill(Batch &batch, const std::vector<std::size_t> &from)
{
    const std::uint64_t most = m_batches == 0 ? kFirstBatchBytes : kBatchBytes;
    for (const std::size_t tensor : from) {
        if (batch.bytes >= most)
            return;
        if (tensor < m_phase.size() && isWaiting(tensor))
            add(batch, tensor);
    }
}

void CompareWork::fillWithNext(Batch &batch)
{
    const std::uint64_t most = m_batches == 0 ? kFirstBatchBytes : kBatchBytes;
    const std::size_t count = m_batches == 0 ? kFirstTensors : kMostTensors;
    for (; m_next < m_phase.size() && batch.bytes < most && batch.tensors.size() < count; ++m_next)
        if (isWaiting(m_next))
            add(batch, m_next);
}

void CompareWork::compare(const Batch &batch)
{
    const TensorDiffSink sink = [this](std::size_t tensor, const Result<TensorDifference> &difference) {
        if (!difference && difference.error().code == ErrorCode::Cancelled)
            return;
        m_numbers->put(tensor, difference);
        finish(tensor);
    };
    settle(batch, compareNumbers(m_numbers->content()->diff, batch.tensors, batch.stop.get_token(), sink));
}

void CompareWork::finish(std::size_t tensor)
{
    const std::scoped_lock lock(m_guard);
    m_phase[tensor] = Phase::Done;
    m_finished.push_back(tensor);
    --m_left;
    m_doneBytes += m_numbers->content()->bytes[tensor];
}

/// What no result came for: read again where it was stopped, else there is nothing to compare.
void CompareWork::settle(const Batch &batch, const Result<void> &result)
{
    const bool wasStopped = batch.stop.stop_requested();
    for (const std::size_t tensor : batch.tensors) {
        {
            const std::scoped_lock lock(m_guard);
            if (m_phase[tensor] != Phase::Running)
                continue;
            if (wasStopped) {
                m_phase[tensor] = Phase::Waiting;
                m_next = std::min(m_next, tensor);
                continue;
            }
        }
        if (result)
            m_numbers->putNothing(tensor);
        else
            m_numbers->put(tensor, result.error());
        finish(tensor);
    }
}

}  // namespace waypoint

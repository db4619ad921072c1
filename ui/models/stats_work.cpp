// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/stats_work.h"

#include "core/checkpoint/numeric_tensors.h"

#include <QtCore/QThread>
#include <QtCore/QThreadPool>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

// From here on it takes all cores to read a tensor, which then come together for one after the other.
constexpr std::uint64_t kLargeBytes = 8u << 20;
// After this a worker lets the scan of another file have its thread.
constexpr std::chrono::milliseconds kTurn(20);

/// Threads of their own: however many files are scanned, jobs that a person waits for find a free one.
class ScanPool final : public QThreadPool
{
public:
    ScanPool() { setMaxThreadCount(std::max(2, QThread::idealThreadCount())); }
};

QThreadPool &scanPool()
{
    static ScanPool pool;
    return pool;
}

Result<TensorStats> statsOf(const EntryStats &stats, EntryStats::PieceId piece, const std::stop_token &stop,
                            unsigned threads)
{
    const Result<NumericTensor> tensor = numericTensor(*stats.checkpoint(), stats.entriesOf(piece).front());
    if (!tensor)
        return tensor.error();
    return tensorStats(*tensor, stop, threads);
}

}  // namespace

StatsWork::StatsWork(std::shared_ptr<EntryStats> stats)
    : m_stats(std::move(stats)), m_phase(m_stats->pieces(), Phase::Waiting)
{
    for (PieceId piece = 0; piece < m_stats->pieces(); ++piece)
        (isLarge(piece) ? m_large : m_small).pieces.push_back(piece);
}

void StatsWork::prefer(const std::vector<EntryId> &entries)
{
    {
        const std::scoped_lock lock(m_guard);
        m_preferredSmall = {};
        m_preferredLarge = {};
        for (const EntryId entry : entries)
            if (const PieceId piece = m_stats->pieceOf(entry); piece != EntryStats::kNoPiece)
                (isLarge(piece) ? m_preferredLarge : m_preferredSmall).pieces.push_back(piece);
    }
    startWorkers();
}

void StatsWork::want(EntryId entry)
{
    {
        const std::scoped_lock lock(m_guard);
        const PieceId before = std::exchange(m_wanted, m_stats->pieceOf(entry));
        if (m_isPaused && before != m_wanted)
            stopAllBut(m_wanted);
    }
    startWorkers();
}

void StatsWork::pause()
{
    const std::scoped_lock lock(m_guard);
    m_isPaused = true;
    stopAllBut(m_wanted);
}

void StatsWork::resume()
{
    {
        const std::scoped_lock lock(m_guard);
        m_isPaused = false;
    }
    startWorkers();
}

void StatsWork::close()
{
    const std::scoped_lock lock(m_guard);
    m_isClosed = true;
    stopAllBut(EntryStats::kNoPiece);
}

StatsWork::News StatsWork::collect()
{
    const std::scoped_lock lock(m_guard);
    const std::uint64_t total = m_stats->totalBytes();
    News news;
    news.finished = std::exchange(m_finished, {});
    news.isComplete = m_doneCount == m_phase.size();
    news.isIdle = m_workers == 0;
    if (news.isComplete)
        news.progress = 1;
    else if (total > 0)
        news.progress = static_cast<double>(m_doneBytes) / static_cast<double>(total);
    return news;
}

void StatsWork::startWorkers()
{
    const auto most = static_cast<unsigned>(scanPool().maxThreadCount());
    unsigned more = 0;
    {
        const std::scoped_lock lock(m_guard);
        const bool hasWanted = m_wanted != EntryStats::kNoPiece && m_phase[m_wanted] == Phase::Waiting;
        if (m_isClosed || m_doneCount == m_phase.size() || (m_isPaused && !hasWanted))
            return;
        more = m_isPaused ? 1 : most - std::min(most, m_workers);
        m_workers += more;
    }
    for (; more > 0; --more)
        enlist();
}

void StatsWork::enlist()
{
    scanPool().start([self = shared_from_this()] { self->work(); });
}

void StatsWork::work()
{
    const auto end = std::chrono::steady_clock::now() + kTurn;
    while (const std::optional<Task> task = take()) {
        const unsigned threads = isLarge(task->piece) ? 0 : 1;
        finish(*task, statsOf(*m_stats, task->piece, task->stop.get_token(), threads));
        if (std::chrono::steady_clock::now() > end) {
            enlist();
            return;
        }
    }
}

std::optional<StatsWork::Task> StatsWork::take()
{
    const std::scoped_lock lock(m_guard);
    const PieceId piece = m_isClosed ? EntryStats::kNoPiece : choose();
    if (piece == EntryStats::kNoPiece) {
        --m_workers;
        return std::nullopt;
    }
    m_phase[piece] = Phase::Running;
    m_running.push_back({piece, std::stop_source()});
    return m_running.back();
}

StatsWork::PieceId StatsWork::choose()
{
    if (m_wanted != EntryStats::kNoPiece && m_phase[m_wanted] == Phase::Waiting)
        return m_wanted;
    if (m_isPaused)
        return EntryStats::kNoPiece;
    const bool hasLarge =
        std::any_of(m_running.begin(), m_running.end(), [this](const Task &task) { return isLarge(task.piece); });
    for (Queue *queue : {&m_preferredSmall, &m_preferredLarge, &m_small, &m_large}) {
        if (hasLarge && (queue == &m_large || queue == &m_preferredLarge))
            continue;
        if (const PieceId piece = nextOf(*queue); piece != EntryStats::kNoPiece)
            return piece;
    }
    return EntryStats::kNoPiece;
}

StatsWork::PieceId StatsWork::nextOf(Queue &queue) const
{
    while (queue.next < queue.pieces.size())
        if (const PieceId piece = queue.pieces[queue.next++]; m_phase[piece] == Phase::Waiting)
            return piece;
    return EntryStats::kNoPiece;
}

bool StatsWork::isLarge(PieceId piece) const { return m_stats->bytesOf(piece) >= kLargeBytes; }

void StatsWork::stopAllBut(PieceId piece)
{
    for (Task &task : m_running)
        if (task.piece != piece)
            task.stop.request_stop();
}

void StatsWork::finish(const Task &task, const Result<TensorStats> &result)
{
    const bool wasStopped = !result && result.error().code == ErrorCode::Cancelled;
    if (!wasStopped)
        m_stats->put(task.piece, result);
    const std::scoped_lock lock(m_guard);
    std::erase_if(m_running, [&](const Task &running) { return running.piece == task.piece; });
    if (wasStopped) {
        putBack(task.piece);
        return;
    }
    m_phase[task.piece] = Phase::Done;
    m_finished.push_back(task.piece);
    ++m_doneCount;
    m_doneBytes += m_stats->bytesOf(task.piece);
}

void StatsWork::putBack(PieceId piece)
{
    m_phase[piece] = Phase::Waiting;
    Queue &queue = isLarge(piece) ? m_large : m_small;
    // What stands before the next one has been taken, so its place is free.
    if (queue.next > 0)
        queue.pieces[--queue.next] = piece;
    else
        queue.pieces.insert(queue.pieces.begin(), piece);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/stats_scan.h"

#include "ui/models/stats_work.h"

#include <chrono>

namespace waypoint {

namespace {

// Looked at often, so that the first rows are there at once; told less often, so that telling costs nothing.
constexpr std::chrono::milliseconds kPoll(10);
constexpr std::chrono::milliseconds kBetweenArrivals(50);

}  // namespace

StatsScan::StatsScan(QObject *parent) : QObject(parent), m_planning(this)
{
    m_poll.setInterval(kPoll);
    connect(&m_poll, &QTimer::timeout, this, &StatsScan::collect);
}

StatsScan::~StatsScan()
{
    if (m_work)
        m_work->close();
}

void StatsScan::begin(CheckpointPtr checkpoint)
{
    if (m_work)
        m_work->close();
    m_work.reset();
    m_stats.reset();
    m_planning.cancel();
    m_poll.stop();
    m_preferred.clear();
    m_wanted = kNoEntry;
    m_counts = {};
    m_progress = 0;
    if (checkpoint)
        m_planning.start(
            [checkpoint = std::move(checkpoint)](std::stop_token stop, Progress &) {
                return std::make_shared<EntryStats>(checkpoint, stop);
            },
            [this](std::shared_ptr<EntryStats> stats) { take(std::move(stats)); });
    setState(m_planning.isRunning() ? State::Running : State::Idle);
}

void StatsScan::prefer(const std::vector<EntryId> &entries)
{
    if (!m_work) {
        m_preferred = entries;
        return;
    }
    m_work->prefer(entries);
}

void StatsScan::want(EntryId entry)
{
    if (!m_work) {
        m_wanted = entry;
        return;
    }
    m_work->want(entry);
    m_poll.start();
}

void StatsScan::pause()
{
    if (m_state == State::Running)
        halt(State::Paused);
}

void StatsScan::stop()
{
    if (m_state == State::Running || m_state == State::Paused)
        halt(State::Stopped);
}

void StatsScan::resume()
{
    if (m_state != State::Paused && m_state != State::Stopped)
        return;
    if (m_work) {
        m_work->resume();
        m_poll.start();
    }
    setState(State::Running);
}

std::optional<Error> StatsScan::failure(EntryId entry) const
{
    return m_stats ? m_stats->failure(entry) : std::nullopt;
}

std::vector<EntryId> StatsScan::ailing() const { return m_stats ? m_stats->ailing() : std::vector<EntryId>(); }

std::size_t StatsScan::countOf(Ailments ailments) const
{
    std::size_t count = 0;
    for (std::size_t value = 0; value < m_counts.size(); ++value)
        if ((value & ailments) != 0)
            count += m_counts[value];
    return count;
}

void StatsScan::take(std::shared_ptr<EntryStats> stats)
{
    m_stats = stats;
    m_work = std::make_shared<StatsWork>(std::move(stats));
    m_work->prefer(m_preferred);
    m_work->want(m_wanted);
    if (m_state == State::Running)
        m_work->resume();
    m_sinceArrival.invalidate();
    m_poll.start();
    Q_EMIT ready();
}

void StatsScan::halt(State state)
{
    if (m_work)
        m_work->pause();
    setState(state);
}

void StatsScan::collect()
{
    if (m_sinceArrival.isValid() && m_sinceArrival.elapsed() < kBetweenArrivals.count())
        return;
    const StatsWork::News news = m_work->collect();
    // Also when all is done, or when it stands still and what was wanted has come.
    if (news.isIdle)
        m_poll.stop();
    const bool isNew = news.isComplete && m_state != State::Finished;
    if (news.isComplete)
        m_state = State::Finished;
    m_progress = news.progress;
    tell(news.finished);
    if (isNew)
        Q_EMIT stateChanged();
}

void StatsScan::tell(const std::vector<EntryStats::PieceId> &finished)
{
    if (finished.empty())
        return;
    std::vector<EntryId> entries;
    for (const EntryStats::PieceId piece : finished)
        for (const EntryId entry : m_stats->entriesOf(piece)) {
            entries.push_back(entry);
            if (const Known *known = m_stats->known(entry))
                ++m_counts[known->ailments];
        }
    m_sinceArrival.start();
    Q_EMIT arrived(entries);
    Q_EMIT progressed();
}

void StatsScan::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_scan.h"

#include "ui/models/compare_work.h"

namespace waypoint {

namespace {

// Looked at often, so that the first rows are there at once; told less often, so that telling costs nothing.
constexpr std::chrono::milliseconds kPoll(10);
constexpr std::chrono::milliseconds kBetweenArrivals(50);
// Before that an estimate jumps about.
constexpr std::chrono::milliseconds kPaceKnown(1500);

}  // namespace

ComparisonPtr Comparison::of(CompareContentPtr content)
{
    auto numbers = std::make_shared<CompareNumbers>(content);
    auto work = std::make_shared<CompareWork>(numbers);
    return std::make_shared<const Comparison>(Comparison{std::move(content), std::move(numbers), std::move(work)});
}

CompareScan::CompareScan(QObject *parent) : QObject(parent)
{
    m_poll.setInterval(kPoll);
    connect(&m_poll, &QTimer::timeout, this, &CompareScan::collect);
}

CompareScan::~CompareScan()
{
    if (m_comparison)
        m_comparison->work->close();
}

void CompareScan::begin(ComparisonPtr comparison)
{
    if (m_comparison)
        m_comparison->work->close();
    m_poll.stop();
    m_comparison = std::move(comparison);
    m_progress = 0;
    m_progressAtStart = 0;
    m_sinceArrival.invalidate();
    if (!m_comparison) {
        setState(State::Idle);
        return;
    }
    m_sinceStart.start();
    m_comparison->work->resume();
    m_poll.start();
    setState(State::Running);
}

void CompareScan::prefer(std::vector<std::size_t> tensors)
{
    if (m_comparison)
        m_comparison->work->prefer(std::move(tensors));
}

void CompareScan::want(std::optional<std::size_t> tensor)
{
    if (!m_comparison)
        return;
    m_comparison->work->want(tensor);
    m_poll.start();
}

void CompareScan::pause()
{
    if (m_state == State::Running)
        halt(State::Paused);
}

void CompareScan::stop()
{
    if (m_state == State::Running || m_state == State::Paused)
        halt(State::Stopped);
}

void CompareScan::resume()
{
    if (m_state != State::Paused && m_state != State::Stopped)
        return;
    m_sinceStart.start();
    m_progressAtStart = m_progress;
    m_comparison->work->resume();
    m_poll.start();
    setState(State::Running);
}

std::optional<std::chrono::milliseconds> CompareScan::timeLeft() const
{
    const double done = m_progress - m_progressAtStart;
    if (m_state != State::Running || done <= 0.01 || m_sinceStart.elapsed() < kPaceKnown.count())
        return std::nullopt;
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(static_cast<double>(m_sinceStart.elapsed()) / done * (1 - m_progress)));
}

void CompareScan::halt(State state)
{
    m_comparison->work->pause();
    setState(state);
}

void CompareScan::collect()
{
    if (m_sinceArrival.isValid() && m_sinceArrival.elapsed() < kBetweenArrivals.count())
        return;
    const CompareWork::News news = m_comparison->work->collect();
    if (news.isIdle)
        m_poll.stop();
    const bool isNew = news.isComplete && m_state != State::Finished;
    if (news.isComplete)
        m_state = State::Finished;
    m_progress = news.progress;
    if (!news.finished.empty()) {
        m_sinceArrival.start();
        Q_EMIT arrived(news.finished);
        Q_EMIT progressed();
    }
    if (isNew)
        Q_EMIT stateChanged();
}

void CompareScan::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

}  // namespace waypoint

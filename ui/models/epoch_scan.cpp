// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/epoch_scan.h"

#include "core/base/describe_error.h"
#include "ui/models/text.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kCollect(120);

/// The tensors that are not known yet, as a series of their own.
struct Missing
{
    EpochSeries series;
    std::vector<std::size_t> place;  ///< of each in the whole series
};

Missing missingOf(const EpochSeries &series, const std::vector<EpochTrackPtr> &tracks)
{
    Missing missing;
    missing.series.files = series.files;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        if (tracks[i])
            continue;
        missing.series.tensors.push_back(series.tensors[i]);
        missing.place.push_back(i);
    }
    return missing;
}

}  // namespace

/// What workers have found and the window has not yet looked at.
struct EpochScan::Mail
{
    std::mutex guard;
    std::vector<std::pair<std::size_t, EpochTrackPtr>> tracks;
};

EpochScan::EpochScan(Opener opener, QObject *parent)
    : QObject(parent), m_opener(std::move(opener)), m_finding(this), m_following(this)
{
    m_collect.setInterval(kCollect);
    connect(&m_collect, &QTimer::timeout, this, &EpochScan::collect);
}

EpochScan::~EpochScan() = default;

const Progress *EpochScan::progress() const
{
    return m_state == State::Finding ? m_finding.progress() : m_following.progress();
}

void EpochScan::begin(QStringList paths, std::size_t most)
{
    clear();
    m_paths = paths;
    m_most = most;
    if (paths.isEmpty())
        return;
    enter(State::Finding);
    m_finding.start(
        [paths, most, opener = m_opener](std::stop_token stop, Progress &progress) {
            return findEpochRun(paths, most, opener, stop, progress);
        },
        [this](const EpochRunFound &found) { take(found); });
}

void EpochScan::clear()
{
    m_finding.cancel();
    m_following.cancel();
    m_collect.stop();
    m_mail.reset();
    m_paths.clear();
    m_run.reset();
    m_tracks.clear();
    m_known = 0;
    m_problem.clear();
    m_nothingThere = false;
    Q_EMIT runChanged();
    enter(State::Empty);
}

void EpochScan::stop()
{
    if (m_state == State::Finding) {
        m_finding.cancel();
        m_problem = tr("Stopped before the files were open.");
        enter(State::Failed);
    } else if (m_state == State::Reading) {
        collect();
        m_following.cancel();
        m_collect.stop();
        m_mail.reset();
        enter(State::Stopped);
    }
}

void EpochScan::goOn()
{
    if (m_state == State::Stopped)
        follow();
    else if (m_state == State::Failed)
        readAgain();
}

void EpochScan::show(EpochRunPtr run, std::vector<EpochTrackPtr> tracks)
{
    clear();
    m_run = std::move(run);
    m_tracks = std::move(tracks);
    m_known = static_cast<std::size_t>(
        std::count_if(m_tracks.begin(), m_tracks.end(), [](const EpochTrackPtr &track) { return track != nullptr; }));
    Q_EMIT runChanged();
    enter(State::Finished);
}

void EpochScan::enter(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

void EpochScan::take(const EpochRunFound &found)
{
    m_problem = found.problem;
    m_nothingThere = found.nothingThere;
    if (!found.run || found.nothingThere) {
        enter(State::Failed);
        return;
    }
    m_run = found.run;
    m_tracks.assign(m_run->tensorCount(), nullptr);
    Q_EMIT runChanged();
    if (m_run->series)
        follow();
    else
        enter(State::Finished);
}

void EpochScan::follow()
{
    m_problem.clear();
    m_mail = std::make_shared<Mail>();
    m_following.start(
        [run = m_run, tracks = m_tracks, mail = m_mail](std::stop_token stop, Progress &progress) {
            const Missing missing = missingOf(*run->series, tracks);
            const auto sink = [&](std::size_t index, const TensorSeries &series, const std::optional<Error> &error) {
                EpochTrackPtr track = trackOf(missing.series.tensors[index], series, error);
                const std::lock_guard lock(mail->guard);
                mail->tracks.emplace_back(missing.place[index], std::move(track));
            };
            return followTensors(missing.series, stop, sink, 0, &progress);
        },
        [this](const Result<void> &result) { finish(result); });
    m_collect.start();
    enter(State::Reading);
}

void EpochScan::collect()
{
    std::vector<std::pair<std::size_t, EpochTrackPtr>> news;
    {
        const std::lock_guard lock(m_mail->guard);
        news.swap(m_mail->tracks);
    }
    if (news.empty())
        return;
    std::vector<std::size_t> tensors;
    for (auto &[index, track] : news) {
        m_known += m_tracks[index] ? 0 : 1;
        m_tracks[index] = std::move(track);
        tensors.push_back(index);
    }
    Q_EMIT arrived(tensors);
}

void EpochScan::finish(const Result<void> &result)
{
    collect();
    m_collect.stop();
    m_mail.reset();
    if (!result)
        m_problem = text::fromUtf8(describe(result.error()));
    enter(result ? State::Finished : State::Stopped);
}

}  // namespace waypoint

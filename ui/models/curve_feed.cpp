// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_feed.h"

#include "ui/models/text.h"

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kLively(300);
constexpr std::chrono::milliseconds kQuiet(1000);
constexpr std::chrono::milliseconds kAsleep(3000);
// A log that takes long to read is read less often.
constexpr int kRestPerLook = 4;
constexpr int kLivelyLooks = 10;
constexpr int kQuietLooks = 120;

std::chrono::milliseconds intervalAfter(int quietLooks, std::chrono::milliseconds look)
{
    const auto interval = quietLooks < kLivelyLooks ? kLively : quietLooks < kQuietLooks ? kQuiet : kAsleep;
    return std::max(interval, std::min(look * kRestPerLook, kAsleep));
}

/// Of the source (a folder: of the files right below it together) and of the files that were read.
std::vector<FileStamp> stampsOf(const std::filesystem::path &source, const std::vector<std::filesystem::path> &files,
                                const std::stop_token &stop)
{
    std::vector<FileStamp> stamps{stampOf(source, stop)};
    for (const std::filesystem::path &file : files)
        if (file != source && file.parent_path() != source)
            stamps.push_back(stampOf(file, stop));
    return stamps;
}

}  // namespace

/// What a look at the disk remembers for the next one.
struct CurveFeed::Seen
{
    explicit Seen(std::filesystem::path source) : path(std::move(source)), follower(path) {}

    std::filesystem::path path;
    CurveFollower follower;
    std::vector<std::filesystem::path> files;
    std::vector<FileStamp> stamps;
};

CurveFeed::CurveFeed(const QString &path, QObject *parent)
    : QObject(parent), m_path(path), m_seen(std::make_shared<Seen>(text::toPath(path))), m_looking(this)
{
    m_poll.setSingleShot(true);
    connect(&m_poll, &QTimer::timeout, this, &CurveFeed::look);
    look();
}

CurveFeed::~CurveFeed() = default;

void CurveFeed::setFollowing(bool following)
{
    m_isFollowing = following;
    if (!following)
        m_poll.stop();
    else if (!m_looking.isRunning())
        look();
}

void CurveFeed::retry()
{
    m_readAnyway = true;
    m_isReading = m_curves == nullptr;
    m_error.reset();
    if (!m_looking.isRunning())
        look();
    Q_EMIT changed();
}

void CurveFeed::look()
{
    m_poll.stop();
    m_sinceLook.start();
    // Never while one is running: a job that was cancelled may still hold the follower.
    m_looking.start([seen = m_seen, anyway = std::exchange(m_readAnyway, false)](
                        std::stop_token stop, Progress &) { return lookAt(*seen, anyway, stop); },
                    [this](Look look) { take(std::move(look)); });
}

CurveFeed::Look CurveFeed::lookAt(Seen &seen, bool anyway, const std::stop_token &stop)
{
    std::vector<FileStamp> stamps = stampsOf(seen.path, seen.files, stop);
    if (!anyway && stamps == seen.stamps)
        return {};
    Look look = seen.follower.read(stop);
    // Files elsewhere than in the source have no stamp from before: the next look differs by theirs, and reads once
    // more.
    if (*look)
        seen.files = (**look)->files;
    seen.stamps = std::move(stamps);
    return look;
}

void CurveFeed::take(Look look)
{
    m_quietLooks = look ? 0 : std::min(m_quietLooks + 1, kQuietLooks);
    if (m_readAnyway)
        this->look();
    else if (m_isFollowing)
        m_poll.start(intervalAfter(m_quietLooks, std::chrono::milliseconds(m_sinceLook.elapsed())));
    if (!look)
        return;
    m_isReading = false;
    if (*look) {
        m_curves = std::move(**look);
        m_error.reset();
    } else if (look->error().code != ErrorCode::Cancelled) {
        m_error = look->error();
    }
    Q_EMIT changed();
}

}  // namespace waypoint

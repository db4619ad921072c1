// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/log_feed.h"

#include "core/base/printable.h"
#include "core/metrics/growing_file.h"
#include "core/metrics/log_lines.h"
#include "ui/models/text.h"

#include <algorithm>
#include <chrono>
#include <deque>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kLively(250);
constexpr std::chrono::milliseconds kQuiet(1000);
constexpr int kLivelyLooks = 20;
// Of a long log only the end is read: more than so many lines of usual length.
constexpr std::uint64_t kMostBytes = 2u << 20;
constexpr std::size_t kLongestLine = 2000;

QString shown(std::string_view line)
{
    std::string text(line);
    std::replace(text.begin(), text.end(), '\t', ' ');
    return text::fromUtf8(printable(text, kLongestLine));
}

}  // namespace

/// What a look at the disk remembers for the next one.
struct LogFeed::Seen
{
    GrowingFile file;
    std::size_t mostLines = 0;
    bool isThere = false;
};

LogFeed::LogFeed(const QString &path, int mostLines, QObject *parent)
    : QObject(parent),
      m_path(path),
      m_seen(std::make_shared<Seen>(Seen{GrowingFile(text::toPath(path)), static_cast<std::size_t>(mostLines)})),
      m_looking(this)
{
    m_poll.setSingleShot(true);
    connect(&m_poll, &QTimer::timeout, this, &LogFeed::look);
}

LogFeed::~LogFeed() = default;

void LogFeed::setFollowing(bool following)
{
    m_isFollowing = following;
    if (!following)
        m_poll.stop();
    else if (!m_looking.isRunning())
        look();
}

void LogFeed::look()
{
    m_poll.stop();
    // Never while one is running: a job that was cancelled may still hold what was seen.
    m_looking.start([seen = m_seen](std::stop_token stop, Progress &) { return lookAt(*seen, stop); },
                    [this](const News &news) { take(news); });
}

LogFeed::News LogFeed::lookAt(Seen &seen, const std::stop_token &stop)
{
    News news;
    std::deque<std::string> lines;
    bool skips = false;
    const auto startAnew = [&] {
        news.anew = true;
        skips = seen.file.remaining() > kMostBytes;
    };
    const auto consume = [&](std::string_view text) -> std::size_t {
        if (std::exchange(skips, false))
            return seen.file.remaining() - kMostBytes;
        return eachLine(text, [&](std::string_view line) {
            lines.emplace_back(line.substr(0, 4 * kLongestLine));
            if (lines.size() > seen.mostLines)
                lines.pop_front();
        });
    };
    const auto read = seen.file.follow(stop, startAnew, consume);
    if (!read && read.error().code == ErrorCode::NotFound)
        news.anew = std::exchange(seen.isThere, false);
    else
        seen.isThere = true;
    for (const std::string &line : lines)
        news.lines << shown(line);
    return news;
}

void LogFeed::take(const News &news)
{
    const bool isNews = news.anew || !news.lines.isEmpty();
    m_quietLooks = isNews ? 0 : m_quietLooks + 1;
    if (m_isFollowing)
        m_poll.start(m_quietLooks < kLivelyLooks ? kLively : kQuiet);
    if (isNews)
        Q_EMIT arrived(news.lines, news.anew);
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_sources.h"

#include "core/base/describe_error.h"
#include "ui/models/curve_names.h"
#include "ui/models/text.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>

#include <algorithm>

namespace waypoint {

namespace {

QString cleaned(const QString &path) { return QDir::cleanPath(QFileInfo(path).absoluteFilePath()); }

/// The folder of a run and the log in it are one source: both are known by the folder.
QString runOf(const QString &path)
{
    const QString log = QStringLiteral("/metrics.jsonl");
    return path.endsWith(log) ? path.chopped(log.size()) : path;
}

QString detailsOf(const CurveFeed &feed)
{
    if (feed.isReading())
        return CurveSources::tr("Reading…");
    if (!feed.curves())
        return {};
    const std::size_t count = feed.curves()->curves.size();
    const QString curves =
        count == 1 ? CurveSources::tr("1 curve") : CurveSources::tr("%1 curves").arg(text::count(count));
    return text::fromUtf8(feed.curves()->kind) + QStringLiteral(" · ") + curves;
}

QString toolTipOf(const CurveFeed &feed)
{
    const QString kind = feed.curves() ? text::fromUtf8(feed.curves()->kind) : QString();
    return kind.isEmpty() ? feed.path() : feed.path() + QLatin1Char('\n') + kind;
}

}  // namespace

CurveSources::CurveSources(QObject *parent) : QObject(parent) {}

void CurveSources::add(const QStringList &paths)
{
    for (const QString &path : paths) {
        const QString absolute = cleaned(path);
        Source *known = find(absolute);
        if (!known) {
            addOne(absolute);
            continue;
        }
        known->shown = true;
        // The folder tells more than the log alone: checkpoints, measurements.
        if (known->feed->path() != absolute && absolute == runOf(absolute))
            follow(*known, absolute);
    }
    Q_EMIT changed();
}

void CurveSources::follow(Source &source, const QString &path)
{
    source.feed = std::make_unique<CurveFeed>(path);
    connect(source.feed.get(), &CurveFeed::changed, this, &CurveSources::changed);
    source.feed->setFollowing(m_isFollowing);
}

void CurveSources::addOne(const QString &path)
{
    const int colour = freeColour();
    follow(m_sources.emplace_back(Source{nullptr, colour, true}), path);
}

void CurveSources::remove(const QString &path)
{
    const Source *source = find(cleaned(path));
    if (!source)
        return;
    m_sources.erase(m_sources.begin() + (source - m_sources.data()));
    Q_EMIT changed();
}

void CurveSources::setShown(const QString &path, bool shown)
{
    Source *source = find(path);
    if (!source || source->shown == shown)
        return;
    source->shown = shown;
    Q_EMIT changed();
}

void CurveSources::retry(const QString &path)
{
    if (const Source *source = find(path))
        source->feed->retry();
}

void CurveSources::setFollowing(bool following)
{
    m_isFollowing = following;
    for (const Source &source : m_sources)
        source.feed->setFollowing(following);
}

QStringList CurveSources::paths() const
{
    QStringList paths;
    for (const Source &source : m_sources)
        paths << source.feed->path();
    return paths;
}

bool CurveSources::isReading() const
{
    return std::any_of(m_sources.begin(), m_sources.end(),
                       [](const Source &source) { return source.feed->isReading(); });
}

std::vector<CurveSourceState> CurveSources::states() const
{
    const QStringList names = titles();
    const bool coloursAreRuns = shownRuns().size() > 1;
    std::vector<CurveSourceState> states;
    for (const Source &source : m_sources) {
        const CurveFeed &feed = *source.feed;
        states.push_back({.path = feed.path(),
                          .title = names.at(static_cast<qsizetype>(states.size())),
                          .details = detailsOf(feed),
                          .problem = feed.error() ? text::fromUtf8(describe(*feed.error())) : QString(),
                          .toolTip = toolTipOf(feed),
                          .colour = coloursAreRuns && feed.curves() ? source.colour : -1,
                          .shown = source.shown});
    }
    return states;
}

std::vector<BoardRun> CurveSources::shownRuns() const
{
    const QStringList names = titles();
    std::vector<BoardRun> runs;
    for (std::size_t i = 0; i < m_sources.size(); ++i)
        if (m_sources[i].shown && m_sources[i].feed->curves())
            runs.push_back({names.at(static_cast<qsizetype>(i)), m_sources[i].colour, m_sources[i].feed->curves()});
    return runs;
}

QStringList CurveSources::warnings() const
{
    const std::vector<BoardRun> runs = shownRuns();
    QStringList lines;
    for (const BoardRun &run : runs)
        for (const std::string &warning : run.curves->warnings)
            lines << (runs.size() > 1 ? run.title + QStringLiteral(": ") : QString()) + text::fromUtf8(warning);
    return lines;
}

CurveSources::Source *CurveSources::find(const QString &path)
{
    const auto found = std::find_if(m_sources.begin(), m_sources.end(),
                                    [&](const Source &source) { return runOf(source.feed->path()) == runOf(path); });
    return found == m_sources.end() ? nullptr : &*found;
}

int CurveSources::freeColour() const
{
    int colour = 0;
    while (
        std::any_of(m_sources.begin(), m_sources.end(), [&](const Source &source) { return source.colour == colour; }))
        ++colour;
    return colour;
}

QStringList CurveSources::titles() const
{
    QStringList titles;
    for (const Source &source : m_sources)
        titles << (source.feed->curves() ? text::fromUtf8(source.feed->curves()->title)
                                         : source.feed->path().section(QLatin1Char('/'), -1));
    return distinctTitles(titles, paths());
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/curve_board.h"
#include "ui/models/curve_feed.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>

#include <memory>
#include <vector>

namespace waypoint {

/// What a list of sources says of one of them.
struct CurveSourceState
{
    QString path;
    QString title;
    QString details;  ///< "Waypoint run · 5 curves", or that it is being read
    QString problem;  ///< why it cannot be read; empty where it can
    QString toolTip;
    int colour = -1;  ///< among the colours of lines; below zero: no colour stands for it now
    bool shown = true;

    bool operator==(const CurveSourceState &) const = default;
};

/// The runs and files whose curves are looked at, each followed while it grows. Window's thread; touches no disk there.
class CurveSources final : public QObject
{
    Q_OBJECT

public:
    explicit CurveSources(QObject *parent = nullptr);

    /// Those that are there already are shown again. A run's folder and its metrics.jsonl are one.
    void add(const QStringList &paths);
    void remove(const QString &path);
    void setShown(const QString &path, bool shown);
    void retry(const QString &path);
    void setFollowing(bool following);

    /// Absolute, in the order they were added.
    [[nodiscard]] QStringList paths() const;
    [[nodiscard]] bool isEmpty() const { return m_sources.empty(); }
    /// A source is being read for the first time.
    [[nodiscard]] bool isReading() const;

    [[nodiscard]] std::vector<CurveSourceState> states() const;
    /// Of the shown ones that could be read.
    [[nodiscard]] std::vector<BoardRun> shownRuns() const;
    /// What their readers pass on; with the run's title where there are several.
    [[nodiscard]] QStringList warnings() const;

Q_SIGNALS:
    void changed();

private:
    struct Source
    {
        std::unique_ptr<CurveFeed> feed;
        int colour = 0;
        bool shown = true;
    };

    void addOne(const QString &path);
    void follow(Source &source, const QString &path);
    [[nodiscard]] Source *find(const QString &path);
    [[nodiscard]] int freeColour() const;
    [[nodiscard]] QStringList titles() const;

    std::vector<Source> m_sources;
    bool m_isFollowing = false;
};

}  // namespace waypoint

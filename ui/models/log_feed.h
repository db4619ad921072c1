// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QTimer>

#include <memory>

namespace waypoint {

/// The end of a text log, read and followed. Window's thread; the disk is read in the background, one look at a time,
/// at short intervals that grow while nothing happens.
class LogFeed final : public QObject
{
    Q_OBJECT

public:
    /// Hands out at most so many lines of what was there at the first look, and of each later one.
    LogFeed(const QString &path, int mostLines, QObject *parent = nullptr);
    ~LogFeed() override;

    [[nodiscard]] const QString &path() const { return m_path; }
    /// Looks at intervals from now on, or no longer. Begins switched off.
    void setFollowing(bool following);

Q_SIGNALS:
    /// `anew`: what was told before no longer counts. Lines are printable text.
    void arrived(const QStringList &lines, bool anew);

private:
    struct Seen;
    struct News
    {
        bool anew = false;
        QStringList lines;
    };

    void look();
    void take(const News &news);
    static News lookAt(Seen &seen, const std::stop_token &stop);

    QString m_path;
    bool m_isFollowing = false;
    int m_quietLooks = 0;
    QTimer m_poll;
    std::shared_ptr<Seen> m_seen;  ///< only the running job touches what is in it
    Job<News> m_looking;
};

}  // namespace waypoint

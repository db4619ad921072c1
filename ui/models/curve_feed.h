// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curves.h"
#include "ui/jobs/file_stamp.h"
#include "ui/jobs/job.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace waypoint {

/// One source of curves, read and followed. Window's thread; disk and parsing in the background, one look at a time.
///
/// The disk is asked at short intervals, longer ones while nothing happens: that works on network disks too, where the
/// system reports no changes.
class CurveFeed final : public QObject
{
    Q_OBJECT

public:
    explicit CurveFeed(const QString &path, QObject *parent = nullptr);
    ~CurveFeed() override;

    [[nodiscard]] const QString &path() const { return m_path; }
    /// Null until something could be read; what was read stays when the source fails later.
    [[nodiscard]] const RunCurvesPtr &curves() const { return m_curves; }
    /// Why the latest reading failed.
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }
    /// The first reading is still going on.
    [[nodiscard]] bool isReading() const { return m_isReading; }

    /// Looks at the source at intervals from now on, or no longer. Begins switched off.
    void setFollowing(bool following);
    /// Reads anew soon, even where nothing seems to have changed.
    void retry();

Q_SIGNALS:
    /// New points, or another error.
    void changed();

private:
    struct Seen;
    /// Nothing where the disk is as it was.
    using Look = std::optional<Result<RunCurvesPtr>>;

    void look();
    void take(Look look);
    static Look lookAt(Seen &seen, bool anyway, const std::stop_token &stop);

    QString m_path;
    RunCurvesPtr m_curves;
    std::optional<Error> m_error;
    bool m_isReading = true;
    bool m_isFollowing = false;
    bool m_readAnyway = true;
    int m_quietLooks = 0;
    QTimer m_poll;
    QElapsedTimer m_sinceLook;
    std::shared_ptr<Seen> m_seen;  ///< only the running job touches what is in it
    Job<Look> m_looking;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/heartbeat.h"
#include "ui/models/run_snapshot.h"
#include "ui/models/run_story.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>
#include <optional>

namespace waypoint {

/// How many folders are looked at at once: a disk that does not answer must not take all threads of the window.
class LookLimit
{
public:
    [[nodiscard]] bool enter() { return m_inside < kMost && ++m_inside > 0; }
    void leave() { --m_inside; }

private:
    static constexpr int kMost = 4;
    int m_inside = 0;
};

/// Looks at one run folder again and again: several times a second while its run is active and somebody watches, every
/// second while it is active, now and then else. Knows the process where this window has started it. Window's thread;
/// the disk is asked in the background.
class RunWatch final : public QObject
{
    Q_OBJECT

public:
    /// Why nothing was started.
    enum class Refusal { HasCheckpoints, AtWork };

    RunWatch(const QString &folder, std::shared_ptr<LookLimit> limit, QObject *parent = nullptr);
    ~RunWatch() override;

    [[nodiscard]] const QString &folder() const { return m_folder; }
    /// Null until it was looked at.
    [[nodiscard]] const RunSnapshotPtr &snapshot() const { return m_snapshot; }
    [[nodiscard]] const RunStory &story() const { return m_story; }
    /// A process is at work, is being started, or may be.
    [[nodiscard]] bool isActive() const { return m_isBeingStarted || m_story.isActive; }

    /// Looks soon.
    void look();
    void setFollowed(bool followed);
    /// Several times a second for a while: something is about to happen.
    void expect();

    /// Starts a trainer for it. What there was known of an earlier process is forgotten. Refused where one is at work,
    /// and a `start` where there are checkpoints.
    void launch(const QString &program, const std::vector<std::string> &arguments);
    /// The process that this window has started and that runs; 0 where there is none.
    [[nodiscard]] std::int64_t ownProcess();
    [[nodiscard]] bool isBeingStarted() const { return m_isBeingStarted; }
    /// This window has sent its process a signal.
    void setEnded() { m_isEnded = true; }

Q_SIGNALS:
    /// Another snapshot or story.
    void changed();
    void refused(RunWatch::Refusal why);
    /// What launch() began has come to its end, with a process or without.
    void launched();

private:
    struct Stamps;
    struct Look;
    struct Launch;

    void lookNow();
    void schedule();
    void forgetLook();
    void leave();
    void take(Look look);
    void complete(RunSnapshot &snapshot, const std::optional<TrainerExit> &exit);
    void show(RunSnapshot snapshot);
    void started(Launch launch);
    [[nodiscard]] std::optional<TrainerExit> exitNow();
    [[nodiscard]] std::chrono::milliseconds interval() const;

    QString m_folder;
    std::shared_ptr<LookLimit> m_limit;
    RunSnapshotPtr m_snapshot;
    RunStory m_story;
    std::shared_ptr<const Stamps> m_stamps;  ///< of the disk at the latest look
    Heartbeat m_heartbeat;
    bool m_isFollowed = false;
    bool m_isInside = false;  ///< of m_limit
    bool m_lookAgain = false;
    bool m_isBeingStarted = false;
    bool m_isHeard = false;  ///< the process that was started here
    bool m_isEnded = false;
    int m_lookOften = 0;  ///< so many more looks
    std::shared_ptr<TrainerProcess> m_process;
    std::optional<Error> m_launchError;
    QTimer m_timer;
    Job<Look> m_looking;
    Job<Launch> m_launching;
};

}  // namespace waypoint

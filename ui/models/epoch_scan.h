// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/epoch_run.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>
#include <vector>

namespace waypoint {

/// Finds the checkpoints of a run, opens them, lines them up and follows their tensors, in the background. What is
/// known comes in batches, a few times a second. Lives on the window's thread.
class EpochScan final : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Empty,     ///< nothing was asked for
        Finding,   ///< files are being opened
        Reading,   ///< tensors are being read
        Stopped,   ///< by the person, or by an error on the way
        Finished,  ///< all is there; of a single file, there is no series
        Failed,    ///< there is no run
    };

    static constexpr std::size_t kMost = 200;

    explicit EpochScan(Opener opener, QObject *parent = nullptr);
    ~EpochScan() override;

    /// Files, or folders with all checkpoints they hold. Of more than `most` files, so many are taken; 0: all.
    void begin(QStringList paths, std::size_t most = kMost);
    void clear();
    void readAgain() { begin(m_paths, m_most); }
    /// Stops; what has come stays.
    void stop();
    /// Reads what is still missing.
    void goOn();
    /// Shows values as they are, without files. Tests.
    void show(EpochRunPtr run, std::vector<EpochTrackPtr> tracks);

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const QStringList &paths() const { return m_paths; }
    /// Null until there is one.
    [[nodiscard]] const EpochRunPtr &run() const { return m_run; }
    /// One for each tensor of the series; null until it is known.
    [[nodiscard]] const std::vector<EpochTrackPtr> &tracks() const { return m_tracks; }
    [[nodiscard]] std::size_t knownCount() const { return m_known; }
    /// Why there is no run, or why reading stopped.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    [[nodiscard]] bool nothingThere() const { return m_nothingThere; }
    /// Of what is being done; null before the first time.
    [[nodiscard]] const Progress *progress() const;

Q_SIGNALS:
    void stateChanged();
    /// There is a run, or none any more.
    void runChanged();
    /// These tensors are known now.
    void arrived(const std::vector<std::size_t> &tensors);

private:
    struct Mail;

    void enter(State state);
    void take(const EpochRunFound &found);
    void follow();
    void collect();
    void finish(const Result<void> &result);

    Opener m_opener;
    State m_state = State::Empty;
    QStringList m_paths;
    std::size_t m_most = kMost;
    EpochRunPtr m_run;
    std::vector<EpochTrackPtr> m_tracks;
    std::size_t m_known = 0;
    QString m_problem;
    bool m_nothingThere = false;
    std::shared_ptr<Mail> m_mail;
    QTimer m_collect;
    Job<EpochRunFound> m_finding;
    Job<Result<void>> m_following;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/run_snapshot.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <deque>
#include <functional>
#include <optional>
#include <utility>

namespace waypoint {

/// Gives one run commands, one after the other, and ends its process. Window's thread; the disk is asked in the
/// background.
class RunSteering final : public QObject
{
    Q_OBJECT

public:
    RunSteering(const QString &folder, QObject *parent = nullptr);
    ~RunSteering() override;

    void send(Command command, bool afterEpoch);
    /// A command was given and has not been obeyed; what ended meanwhile obeys none.
    [[nodiscard]] bool isPending() const;
    /// The latest that is known of the run.
    void hear(const RunSnapshot &snapshot);

    /// Tells the process that this window has started and that has not ended, or 0.
    using OwnProcess = std::function<std::int64_t()>;
    /// Asks the process to end (SIGTERM), and makes it end (SIGKILL) where it has not after 3 s: the window's own, else
    /// whoever holds the run's lock on this computer.
    void end(OwnProcess own);

Q_SIGNALS:
    /// A command is on its way, or was obeyed.
    void changed();
    /// Something was asked of the process; what it does is worth a look.
    void asked();
    void ended();
    void failed(const QString &sentence);

private:
    struct Sent
    {
        std::int64_t seq = -1;
        std::int64_t pid = 0;  ///< of the trainer it was meant for
    };
    void sendNext();
    void sent(const Result<std::int64_t> &seq);
    void signal(int number);
    void signalled(const Result<std::int64_t> &process);

    QString m_folder;
    std::deque<std::pair<Command, bool>> m_waiting;
    std::optional<Sent> m_sent;
    std::int64_t m_trainer = 0;
    OwnProcess m_own;
    std::int64_t m_ending = 0;  ///< pid of who was asked to end
    QTimer m_gap;               ///< after a command
    QTimer m_patience;          ///< after asking the process to end
    Job<Result<std::int64_t>> m_sending;
    Job<Result<std::int64_t>> m_signalling;
};

}  // namespace waypoint

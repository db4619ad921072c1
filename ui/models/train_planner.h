// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"
#include "ui/jobs/parsed_query.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>
#include <QtCore/QTimer>

#include <chrono>
#include <optional>

namespace waypoint {

/// What a start or a resume would do: asked at once for the first arguments, anew a moment after they changed.
/// Window's thread.
class TrainPlanner final : public QObject
{
    Q_OBJECT

public:
    /// `patience`: how long waypoint-train may be silent.
    explicit TrainPlanner(QObject *parent = nullptr, std::chrono::milliseconds patience = std::chrono::seconds(60));

    /// `command`: {"start", "--out", ...} or {"resume", ...}; the same as last time is not asked again.
    void plan(const QStringList &command);
    /// Asks the last command again: after a fault, or where its files changed.
    void retry();
    void cancel();

    /// A question is waiting or being answered; plan() is then of an earlier one.
    [[nodiscard]] bool isPlanning() const;
    /// The latest answer, also where it says that it would not run (TrainerPlan::error).
    [[nodiscard]] const std::optional<TrainerPlan> &plan() const { return m_plan; }
    /// Why there is none.
    [[nodiscard]] const std::optional<TrainerFault> &fault() const { return m_fault; }

Q_SIGNALS:
    /// Emitted when a question begins to wait, and with each answer.
    void changed();

private:
    void ask();
    void take(TrainerReply<TrainerPlan> reply);

    std::chrono::milliseconds m_patience;
    QStringList m_command;   ///< what was asked last, or waits to be
    QStringList m_answered;  ///< what plan() and fault() are of
    std::optional<TrainerPlan> m_plan;
    std::optional<TrainerFault> m_fault;
    ParsedQuery<TrainerPlan> m_query;
    QTimer m_settle;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"
#include "ui/jobs/trainer_query.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>
#include <QtCore/QTimer>

#include <optional>
#include <vector>

namespace waypoint {

/// What waypoint-train knows: devices, looked at again while somebody watches, and models. Window's thread.
class TrainerInfo final : public QObject
{
    Q_OBJECT

public:
    explicit TrainerInfo(QObject *parent = nullptr);

    /// Begins unwatched. While watched, devices are refreshed every few seconds; models are asked for once.
    void setWatched(bool watched);
    /// Asks again, after a fault.
    void retry();

    /// Nothing until the first answer.
    [[nodiscard]] const std::optional<TrainerDevices> &devices() const { return m_devices; }
    [[nodiscard]] const std::vector<TrainerModel> &models() const { return m_models; }
    /// Why there is no answer, or that it is of another version.
    [[nodiscard]] const std::optional<TrainerFault> &fault() const { return m_fault; }

Q_SIGNALS:
    void changed();

private:
    std::optional<TrainerDevices> m_devices;
    std::vector<TrainerModel> m_models;
    std::optional<TrainerFault> m_fault;
    TrainerQuery m_askDevices;
    TrainerQuery m_askModels;
    bool m_isWatched = false;
};

/// What a start or a resume would do: asked anew a moment after its arguments changed. Window's thread.
class TrainPlanner final : public QObject
{
    Q_OBJECT

public:
    explicit TrainPlanner(QObject *parent = nullptr);

    /// `command`: {"start", "--out", ...} or {"resume", ...}; the same as last time is not asked again.
    void plan(const QStringList &command);
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
    QStringList m_command;
    std::optional<TrainerPlan> m_plan;
    std::optional<TrainerFault> m_fault;
    TrainerQuery m_query;
    QTimer m_settle;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/train_planner.h"

#include <utility>

namespace waypoint {

namespace {

/// Longer than from one key to the next, shorter than one notices.
constexpr std::chrono::milliseconds kSettles(300);

}  // namespace

TrainPlanner::TrainPlanner(QObject *parent, std::chrono::milliseconds patience)
    : QObject(parent), m_patience(patience), m_query(this, parsePlan)
{
    m_settle.setSingleShot(true);
    connect(&m_settle, &QTimer::timeout, this, &TrainPlanner::ask);
}

void TrainPlanner::plan(const QStringList &command)
{
    if (command == m_command)
        return;
    // The first is not typed: a click wants it.
    const auto pause = m_command.isEmpty() ? std::chrono::milliseconds(0) : kSettles;
    m_command = command;
    m_query.cancel();
    if (command == m_answered)
        m_settle.stop();
    else
        m_settle.start(pause);
    Q_EMIT changed();
}

void TrainPlanner::retry()
{
    if (m_command.isEmpty())
        return;
    m_query.cancel();
    m_settle.start(0);
    Q_EMIT changed();
}

void TrainPlanner::cancel()
{
    m_settle.stop();
    m_query.cancel();
    m_command = m_answered;
}

bool TrainPlanner::isPlanning() const { return m_settle.isActive() || m_query.isAsking(); }

void TrainPlanner::ask()
{
    const QStringList arguments =
        QStringList(QStringLiteral("plan")) + m_command + QStringList(QStringLiteral("--json"));
    m_query.ask(
        arguments, [this](TrainerReply<TrainerPlan> reply) { take(std::move(reply)); }, m_patience);
}

void TrainPlanner::take(TrainerReply<TrainerPlan> reply)
{
    m_answered = m_command;
    m_plan = std::move(reply.value);
    m_fault = std::move(reply.fault);
    Q_EMIT changed();
}

}  // namespace waypoint

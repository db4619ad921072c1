// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trainer_info.h"

namespace waypoint {
TrainerInfo::TrainerInfo(QObject *parent) : QObject(parent) {}
void TrainerInfo::setWatched(bool watched) { m_isWatched = watched; }
void TrainerInfo::retry() {}
TrainPlanner::TrainPlanner(QObject *parent) : QObject(parent) {}
void TrainPlanner::plan(const QStringList &command) { m_command = command; }
void TrainPlanner::cancel() {}
bool TrainPlanner::isPlanning() const { return false; }
}  // namespace waypoint

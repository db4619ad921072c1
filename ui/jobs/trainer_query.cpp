// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/trainer_query.h"

namespace waypoint {
struct TrainerQuery::Parts
{
};
TrainerQuery::TrainerQuery(QObject *parent) : QObject(parent) {}
TrainerQuery::~TrainerQuery() = default;
void TrainerQuery::ask(const QStringList &, Done, std::chrono::milliseconds) {}
void TrainerQuery::cancel() {}
bool TrainerQuery::isAsking() const { return false; }
void TrainerQuery::follow(const QStringList &, std::function<void(std::string)>, Done) {}
}  // namespace waypoint

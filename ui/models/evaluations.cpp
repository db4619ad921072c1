// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/evaluations.h"

namespace waypoint {
struct Evaluations::Parts
{
};
Evaluations::Evaluations(QObject *parent) : QObject(parent) {}
Evaluations::~Evaluations() = default;
void Evaluations::start(const Order &) {}
void Evaluations::cancel() {}
bool Evaluations::isRunning() const { return false; }
int Evaluations::done() const { return 0; }
int Evaluations::total() const { return 0; }
std::optional<EvaluationLine> Evaluations::latest(const QString &) const { return {}; }
std::optional<TrainerEvaluation> Evaluations::details(const QString &) const { return {}; }
void Evaluations::load(const QStringList &) {}
}  // namespace waypoint

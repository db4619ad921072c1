// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_center.h"

namespace waypoint {
struct RunCenter::Parts
{
};
RunCenter::RunCenter(QObject *parent) : QObject(parent) {}
RunCenter::~RunCenter() = default;
QStringList RunCenter::folders() const { return {}; }
RunSnapshotPtr RunCenter::snapshot(const QString &) const { return {}; }
RunStory RunCenter::story(const QString &) const { return {}; }
QStringList RunCenter::active() const { return {}; }
QStringList RunCenter::waiting() const { return {}; }
QString RunCenter::runOn(const QString &) const { return {}; }
void RunCenter::add(const QString &) {}
void RunCenter::forget(const QString &) {}
void RunCenter::look(const QString &) {}
void RunCenter::setFollowed(const QString &, bool) {}
void RunCenter::start(const TrainingOrder &) {}
void RunCenter::cancelWaiting(const QString &) {}
void RunCenter::startWaitingNow(const QString &) {}
void RunCenter::send(const QString &, Command, bool) {}
void RunCenter::kill(const QString &) {}
bool RunCenter::isPending(const QString &) const { return false; }
}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trainer_info.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <utility>

namespace waypoint {

namespace {

QStringList devicesQuestion() { return {QStringLiteral("devices"), QStringLiteral("--json")}; }

}  // namespace

TrainerInfo::TrainerInfo(QObject *parent, std::chrono::milliseconds patience)
    : QObject(parent), m_patience(patience), m_askDevices(this, parseDevices), m_askModels(this, parseModels)
{
}

void TrainerInfo::watch(const QObject *watcher)
{
    if (!m_watchers.insert(watcher).second)
        return;
    connect(watcher, &QObject::destroyed, this, &TrainerInfo::unwatch);
    if (m_watchers.size() > 1)
        return;
    followDevices();
    askModels();
}

void TrainerInfo::unwatch(const QObject *watcher)
{
    if (m_watchers.erase(watcher) == 0)
        return;
    disconnect(watcher, &QObject::destroyed, this, &TrainerInfo::unwatch);
    if (isWatched())
        return;
    m_followDevices.cancel();
    m_askDevices.cancel();
}

void TrainerInfo::retry()
{
    m_devicesFault.reset();
    m_modelsFault.reset();
    m_askModels.cancel();
    tell();
    if (isWatched()) {
        followDevices();
        askModels();
    }
}

void TrainerInfo::followDevices()
{
    m_askDevices.cancel();
    m_followDevices.follow(
        devicesQuestion() + QStringList(QStringLiteral("--watch")),
        [this](const std::string &line) { takeDevices(readReply<TrainerDevices>(line, parseDevices)); },
        [this](const TrainerAnswer &answer) { endDevices(answer); }, m_patience);
}

void TrainerInfo::askDevicesOnce()
{
    m_askDevices.ask(
        devicesQuestion(), [this](TrainerReply<TrainerDevices> reply) { takeDevices(std::move(reply)); }, m_patience);
}

void TrainerInfo::askModels()
{
    if (!m_models.empty() || m_askModels.isAsking())
        return;
    m_askModels.ask(
        {QStringLiteral("models"), QStringLiteral("--json")},
        [this](TrainerReply<std::vector<TrainerModel>> reply) { takeModels(std::move(reply)); }, m_patience);
}

void TrainerInfo::takeDevices(TrainerReply<TrainerDevices> reply)
{
    auto fault = reply.value ? faultOfVersion(reply.value->version) : std::move(reply.fault);
    const bool isNews = fault != m_devicesFault || (reply.value && reply.value != m_devices);
    if (!isNews)
        return;
    if (reply.value)
        m_devices = std::move(reply.value);
    m_devicesFault = std::move(fault);
    tell();
}

void TrainerInfo::takeModels(TrainerReply<std::vector<TrainerModel>> reply)
{
    if (reply.value)
        m_models = *std::move(reply.value);
    m_modelsFault = std::move(reply.fault);
    tell();
}

void TrainerInfo::endDevices(const TrainerAnswer &answer)
{
    if (!answer.fault)
        return;
    // An earlier waypoint-train knows no --watch.
    if (answer.fault->kind == TrainerFault::Kind::Refused)
        return askDevicesOnce();
    takeDevices({.fault = answer.fault});
}

void TrainerInfo::tell()
{
    m_fault = m_devicesFault ? m_devicesFault : m_modelsFault;
    Q_EMIT changed();
}

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"
#include "ui/jobs/parsed_query.h"
#include "ui/jobs/trainer_query.h"

#include <QtCore/QObject>

#include <chrono>
#include <optional>
#include <set>
#include <vector>

namespace waypoint {

/// What waypoint-train knows: devices, looked at again while somebody watches, and models. Window's thread.
class TrainerInfo final : public QObject
{
    Q_OBJECT

public:
    /// `patience`: how long waypoint-train may be silent.
    explicit TrainerInfo(QObject *parent = nullptr, std::chrono::milliseconds patience = std::chrono::seconds(60));

    /// Begins unwatched. While anybody watches, devices are refreshed every few seconds; models are asked for once.
    /// Who is destroyed watches no more.
    void watch(const QObject *watcher);
    void unwatch(const QObject *watcher);
    [[nodiscard]] bool isWatched() const { return !m_watchers.empty(); }
    /// Asks again, after a fault.
    void retry();

    /// Nothing until the first answer.
    [[nodiscard]] const std::optional<TrainerDevices> &devices() const { return m_devices; }
    [[nodiscard]] const std::vector<TrainerModel> &models() const { return m_models; }
    /// Why there is no answer, or that it is of another version: devices() and models() are then there all the same.
    [[nodiscard]] const std::optional<TrainerFault> &fault() const { return m_fault; }

Q_SIGNALS:
    void changed();

private:
    void followDevices();
    void askDevicesOnce();
    void askModels();
    void takeDevices(TrainerReply<TrainerDevices> reply);
    void takeModels(TrainerReply<std::vector<TrainerModel>> reply);
    void endDevices(const TrainerAnswer &answer);
    void tell();

    std::chrono::milliseconds m_patience;
    std::optional<TrainerDevices> m_devices;
    std::vector<TrainerModel> m_models;
    std::optional<TrainerFault> m_devicesFault;
    std::optional<TrainerFault> m_modelsFault;
    std::optional<TrainerFault> m_fault;
    ParsedQuery<TrainerDevices> m_askDevices;
    ParsedQuery<std::vector<TrainerModel>> m_askModels;
    TrainerQuery m_followDevices;
    std::set<const QObject *> m_watchers;
};

}  // namespace waypoint

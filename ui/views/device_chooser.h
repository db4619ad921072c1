// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"

#include <QtCore/QHash>
#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <memory>
#include <optional>

namespace waypoint {

/// Chooses where to train: name, model, memory free of total, how busy; a GPU that cannot be used says why, and where
/// there is none, what is missing for one.
class DeviceChooser final : public QWidget
{
    Q_OBJECT

public:
    explicit DeviceChooser(QWidget *parent = nullptr);
    ~DeviceChooser() override;

    /// Nothing: not known yet; `isFault`: nor will it be. What is chosen stays.
    void setDevices(const std::optional<TrainerDevices> &devices, bool isFault = false);
    /// Titles of the runs that are at work, by device.
    void setRuns(const QHash<QString, QString> &runs);
    [[nodiscard]] QString device() const;
    void setDevice(const QString &device);
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void deviceChanged();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/trainer_info.h"

#include <QtCore/QHash>
#include <QtWidgets/QWidget>

class QCheckBox;

namespace waypoint {

class DeviceChooser;
class RunCenter;
class TrainField;

/// Where a new run trains, and what it waits for where the device is busy.
class TrainPlaceBox final : public QWidget
{
    Q_OBJECT

public:
    /// Requires: both outlive it.
    TrainPlaceBox(RunCenter &runs, TrainerInfo &info, QWidget *parent = nullptr);

    [[nodiscard]] TrainField *field() const { return m_field; }
    [[nodiscard]] QString device() const;
    /// The run at work there; empty where it is free.
    [[nodiscard]] QString busyRun() const { return m_busy; }
    /// The run starts at once, although another is at work there.
    [[nodiscard]] bool startsAnyway() const;
    /// The next run waits again.
    void forgetAnyway();
    /// Devices and runs as they are now.
    void refresh();

Q_SIGNALS:
    void changed();

private:
    void followRuns();
    void refreshRuns();

    RunCenter &m_runs;
    TrainerInfo &m_info;
    QString m_busy;
    QHash<QString, QString> m_titles;  ///< of the runs at work, by device
    DeviceChooser *m_chooser;
    TrainField *m_field;
    QCheckBox *m_anyway;
};

}  // namespace waypoint

// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_folder.h"
#include "ui/models/run_now.h"

#include <QtWidgets/QWidget>

#include <optional>

class QAction;
class QLabel;
class QToolButton;

namespace waypoint {

/// Pause or go on, a checkpoint now, stop. Says what was asked for until the trainer obeyed. Out of sight where no
/// process is at work.
class RunControls final : public QWidget
{
    Q_OBJECT

public:
    explicit RunControls(QWidget *parent = nullptr);

    void setRun(const RunNow &now);

Q_SIGNALS:
    void commandGiven(waypoint::Command command, bool afterEpoch);

private:
    struct Order
    {
        Command command = Command::Pause;
        bool afterEpoch = false;
    };

    void createStopMenu();
    void give(Command command, bool afterEpoch = false);
    void showPending();
    void enable(const RunNow &now);
    void enable(QToolButton *button, const QString &toolTip, const QString &whyNot);
    [[nodiscard]] QString pendingText() const;

    QString m_folder;
    bool m_isPaused = false;
    bool m_isPending = false;
    std::optional<Order> m_given;  ///< the latest, until it was obeyed
    QToolButton *m_pause;
    QToolButton *m_checkpoint;
    QToolButton *m_stop;
    QAction *m_stopAfterStep = nullptr;
    QAction *m_stopAfterEpoch = nullptr;
    QLabel *m_pending;
    QToolButton *m_focusOwner = nullptr;  ///< had the focus when it was disabled
};

}  // namespace waypoint
